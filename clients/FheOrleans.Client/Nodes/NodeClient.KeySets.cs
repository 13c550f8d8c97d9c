using System.Net.Http.Headers;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

public sealed partial class NodeClient
{
    /// <summary>The most bytes of a key object sent in one request: a lost connection costs no more than this.</summary>
    private const int KeyPieceBytes = 1 << 20;

    /// <summary>Declares a key set. Declaring the same again changes nothing.</summary>
    /// <param name="id">Its id: <c>[a-z0-9][a-z0-9-]{0,39}</c>.</param>
    /// <param name="parameters">SEAL <c>EncryptionParameters</c>.</param>
    /// <param name="rotationSteps">Steps the Galois keys are for; empty when no rotation is needed.</param>
    /// <param name="conjugation">Whether they hold the key for conjugation.</param>
    /// <param name="relinearization">Whether relinearization keys follow.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<KeySetDescription> DeclareKeySetAsync(
        string id,
        ReadOnlyMemory<byte> parameters,
        IReadOnlyList<int> rotationSteps,
        bool conjugation,
        bool relinearization,
        CancellationToken cancellation = default)
    {
        var declaration = new KeySetDeclaration(parameters.ToArray(), rotationSteps, conjugation, relinearization);
        return _transport.SendAsync<KeySetDescription>(HttpMethod.Put, Routes.KeySetOf(id), Json(declaration), cancellation);
    }

    /// <summary>Asks what a key set is and how much of it has arrived.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<KeySetDescription> GetKeySetAsync(string id, CancellationToken cancellation = default) =>
        _transport.SendAsync<KeySetDescription>(HttpMethod.Get, Routes.KeySetOf(id), null, cancellation);

    /// <summary>Deletes a key set and its keys.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task DeleteKeySetAsync(string id, CancellationToken cancellation = default) => DeleteAsync(Routes.KeySetOf(id), cancellation);

    /// <summary>
    /// Uploads an object of a key set, continuing where the node stands: after a lost connection by itself, after a lost client when it is
    /// called again with the same bytes.
    /// </summary>
    /// <remarks>
    /// Keys are random: made anew they are other bytes, and the half of one object with the half of another has the right form and decrypts
    /// to noise. Keep the bytes until the node has them all, or delete the key set and begin it anew. An object that is complete is not
    /// sent again, and not compared.
    /// </remarks>
    /// <param name="id">The key set's id.</param>
    /// <param name="kind">Which object.</param>
    /// <param name="bytes">The whole object, as SEAL writes it.</param>
    /// <param name="progress">Told how many bytes the node has; may be null.</param>
    /// <param name="cancellation">Stops between two pieces, or in one.</param>
    public async Task UploadKeyObjectAsync(
        string id,
        KeyObjectKind kind,
        ReadOnlyMemory<byte> bytes,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        var known = await _transport.RetryAsync(() => ProgressOfAsync(id, kind, cancellation), cancellation).ConfigureAwait(false);
        var failures = 0;
        while (!known.Complete)
        {
            progress?.Report(known.Received);
            try
            {
                var next = await SendPieceAsync(id, kind, bytes, known.Received, cancellation).ConfigureAwait(false);
                if (next.Received > known.Received || next.Complete) failures = 0;
                known = next;
            }
            catch (NodeException fault) when (CanContinue(fault) && failures < _transport.Options.Retries)
            {
                // What was sent may have arrived although its answer did not: ask, and go on from there.
                await _transport.WaitAsync(failures++, fault, cancellation).ConfigureAwait(false);
                var now = await _transport.RetryAsync(() => ProgressOfAsync(id, kind, cancellation), cancellation).ConfigureAwait(false);
                // A conflict that is not about the offset: something else is there, which waiting does not change.
                if (!fault.IsTransient && (now.Complete || now.Received == known.Received)) throw;
                known = now;
            }
        }
        progress?.Report(bytes.Length);
    }

    private Task<KeyObjectProgress> SendPieceAsync(
        string id, KeyObjectKind kind, ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellation)
    {
        if (offset >= bytes.Length)
        {
            throw new NodeAnswerException(
                Address.Url,
                $"it holds {offset} bytes of a {Routes.Segment(kind)} key object that has {bytes.Length}. Another upload was begun under this " +
                "key set; delete it and declare it again.",
                null);
        }
        var piece = bytes.Slice((int)offset, (int)Math.Min(KeyPieceBytes, bytes.Length - offset));
        return _transport.SendAsync<KeyObjectProgress>(HttpMethod.Put, Routes.KeyObjectOf(id, kind, offset), Octets(piece), cancellation);
    }

    private async Task<KeyObjectProgress> ProgressOfAsync(string id, KeyObjectKind kind, CancellationToken cancellation)
    {
        var description = await GetKeySetAsync(id, cancellation).ConfigureAwait(false);
        return description.Objects.FirstOrDefault(candidate => candidate.Kind == kind) ?? throw new ArgumentException(
            $"Key set '{id}' was declared without a {Routes.Segment(kind)} object. Declare it with one, or do not upload it.", nameof(kind));
    }

    private static bool CanContinue(NodeException fault) => fault.IsTransient || fault is NodeRefusedException { Type: ProblemTypes.Conflict };

    private static ReadOnlyMemoryContent Octets(ReadOnlyMemory<byte> bytes)
    {
        var content = new ReadOnlyMemoryContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }

    private async Task DeleteAsync(string path, CancellationToken cancellation)
    {
        using var response = await _transport.SendAsync(HttpMethod.Delete, path, null, cancellation).ConfigureAwait(false);
    }
}
