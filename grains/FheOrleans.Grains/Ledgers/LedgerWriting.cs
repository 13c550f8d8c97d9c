using System.Security.Cryptography;
using System.Text;
using FheOrleans.Grains.Storage;
using Orleans;

namespace FheOrleans.Grains.Ledgers;

/// <summary>How grains enter what they acknowledge. The one seam between them and the ledger.</summary>
internal static class LedgerWriting
{
    /// <summary>Enters a fact about one of a data owner's things. When that fails the activation ends: memory is ahead of what is stored.</summary>
    /// <param name="grain">The grain that acknowledges.</param>
    /// <param name="grains">Where the ledger is found.</param>
    /// <param name="subject">The thing.</param>
    /// <param name="kind">What happened to it.</param>
    /// <param name="content">SHA-256 of what was stored; null where there is nothing to hash.</param>
    /// <param name="incarnation">Tells the thing from another of the same name before or after it.</param>
    internal static async Task EnterAsync(
        this IGrainBase grain, IGrainFactory grains, OwnedKey subject, LedgerKind kind, byte[]? content, Guid incarnation)
    {
        try
        {
            await grains.GetGrain<ILedgerGrain>(subject.DataOwner).AppendAsync(new()
            {
                Kind = kind,
                Subject = subject.Name,
                ContentSha256 = content,
                Reference = ReferenceOf(kind, subject.Name, content, incarnation),
            });
        }
        catch
        {
            grain.DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>The same for the same fact, however often it is reported; another for every other one.</summary>
    private static Guid ReferenceOf(LedgerKind kind, string subject, byte[]? content, Guid incarnation)
    {
        byte[] fact = [.. Encoding.UTF8.GetBytes($"{kind}|{subject}|{incarnation:N}|"), .. content ?? []];
        return new(SHA256.HashData(fact).AsSpan(0, 16));
    }
}
