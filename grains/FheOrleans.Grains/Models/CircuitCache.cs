using System.Collections.Immutable;
using System.Security.Cryptography;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Workers;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using Microsoft.Extensions.Options;

namespace FheOrleans.Grains.Models;

/// <summary>
/// Compiled circuits, shared by all grains of this silo. A network never changes, so neither does its circuit in a form.
/// </summary>
/// <remarks>
/// Networks are known by their hash, not by their version: of a model that is deleted on another silo, and published anew under its
/// name, this one hears nothing. Whether a model may still be used is for its grain to say, which is asked before each use; what is kept
/// here only saves compiling.
/// </remarks>
internal sealed class CircuitCache(IntakeWorkers workers, MachineCosts machine, IOptions<FheGrainsOptions> options)
{
    private readonly RecentlyUsed<(string Model, int Version, string Sha256, string Form), CompiledCircuit> _circuits = new(options.Value.CircuitCacheEntries, _ => 1);
    private readonly RecentlyUsed<(string Model, int Version, string Sha256, JobShape Shape), ImmutableArray<PlanCandidate>> _choices = new(options.Value.CircuitCacheEntries, _ => 1);

    /// <param name="modelKey">The model's grain key.</param>
    /// <param name="version">The version.</param>
    /// <param name="sha256">SHA-256 of the network's JSON, hexadecimal.</param>
    /// <param name="form">The form as text.</param>
    /// <param name="readNetwork">Gets the network's JSON, if it is needed.</param>
    /// <returns>The circuit.</returns>
    /// <exception cref="InvalidPayloadException">There is no such form, or no circuit of that form can be made of the
    /// network.</exception>
    /// <exception cref="NotReadyException">The model has another network now: it was deleted, and published anew.</exception>
    internal Task<CompiledCircuit> GetAsync(string modelKey, int version, string sha256, string form, Func<Task<byte[]>> readNetwork) =>
        _circuits.GetAsync((modelKey, version, sha256, form), async () =>
        {
            var json = await ReadAsync(modelKey, sha256, readNetwork);
            return await workers.RunAsync(OwnedKey.Parse(modelKey).Tenant, () => Compile(json, form));
        });

    /// <summary>Forgets the circuits of a model that is deleted.</summary>
    internal void Drop(string modelKey)
    {
        _circuits.Drop(known => known.Model == modelKey);
        _choices.Drop(known => known.Model == modelKey);
    }

    /// <summary>The forms that serve a job, by ascending predicted time.</summary>
    /// <exception cref="InvalidPayloadException">The job is out of range, or no form serves it.</exception>
    /// <exception cref="NotReadyException">The model has another network now.</exception>
    internal Task<ImmutableArray<PlanCandidate>> ChooseAsync(string modelKey, int version, string sha256, JobShape shape, Func<Task<byte[]>> readNetwork) =>
        _choices.GetAsync((modelKey, version, sha256, shape), async () =>
        {
            var (json, costs) = (await ReadAsync(modelKey, sha256, readNetwork), await machine.GetAsync());
            return await workers.RunAsync(OwnedKey.Parse(modelKey).Tenant, () => Choose(json, shape, costs));
        });

    /// <summary>A circuit's report with the times that are predicted for some batches on this silo's machine.</summary>
    internal async Task<string> DescribeAsync(CompiledCircuit circuit, int batches) => circuit.Describe(await machine.GetAsync(), batches);

    /// <exception cref="InvalidPayloadException">It is no network, there is no such form, or no circuit of that form can be made of
    /// it.</exception>
    internal static CompiledCircuit Compile(ReadOnlySpan<byte> networkJson, string form)
    {
        var read = ReadForm(form);
        try
        {
            return CircuitCompiler.Compile(Network.FromJson(networkJson), new CompilerOptions { Form = read });
        }
        catch (NetworkFormatException failure)
        {
            throw new InvalidPayloadException(failure.Field, failure.Found, failure.Expected);
        }
        catch (CircuitCompilationException failure)
        {
            throw new InvalidPayloadException($"network for the form {read}", failure.Message, "a network of which a circuit can be made");
        }
    }

    /// <exception cref="InvalidPayloadException">There is no such form.</exception>
    internal static CircuitForm ReadForm(string? form)
    {
        try
        {
            return CircuitForm.Parse(form ?? "");
        }
        catch (NetworkFormatException failure)
        {
            throw new InvalidPayloadException(failure.Field, failure.Found, failure.Expected);
        }
    }

    private async Task<byte[]> ReadAsync(string modelKey, string sha256, Func<Task<byte[]>> readNetwork)
    {
        var json = await readNetwork();
        var found = await workers.RunAsync(OwnedKey.Parse(modelKey).Tenant, () => Convert.ToHexString(SHA256.HashData(json)));
        return string.Equals(found, sha256, StringComparison.OrdinalIgnoreCase)
            ? json
            : throw new NotReadyException("the model", "the network that this was started for");
    }

    private static ImmutableArray<PlanCandidate> Choose(ReadOnlySpan<byte> networkJson, JobShape shape, CostModel costs)
    {
        try
        {
            return [.. CircuitChooser.Choose(Network.FromJson(networkJson), shape, costs).Select(choice => new PlanCandidate
            {
                Form = choice.Form.ToString(),
                EncryptSeconds = choice.Cost.EncryptSeconds,
                EvaluateSeconds = choice.Cost.EvaluateSeconds,
                DecryptSeconds = choice.Cost.DecryptSeconds,
                UploadBytes = choice.Cost.UploadBytes,
                ResultBytes = choice.Cost.ResultBytes,
                KeyBytes = choice.Cost.KeyBytes,
                PredictedError = choice.Cost.Error,
            })];
        }
        catch (CircuitCompilationException failure)
        {
            throw new InvalidPayloadException("network for the job", failure.Message, "a network and a job for which a circuit can be made");
        }
    }
}
