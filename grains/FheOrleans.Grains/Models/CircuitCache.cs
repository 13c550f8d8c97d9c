using FheOrleans.Grains.Workers;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using Microsoft.Extensions.Options;

namespace FheOrleans.Grains.Models;

/// <summary>
/// Compiled circuits, shared by all grains of this silo. A version of a model never changes, so neither does its circuit.
/// </summary>
internal sealed class CircuitCache(IntakeWorkers workers, IOptions<FheGrainsOptions> options)
{
    private readonly RecentlyUsed<(string Model, int Version, DataLayout Layout), CompiledCircuit> _circuits = new(options.Value.CircuitCacheEntries, _ => 1);

    /// <param name="modelKey">The model's grain key.</param>
    /// <param name="version">The version.</param>
    /// <param name="layout">What a slot is.</param>
    /// <param name="readNetwork">Gets the network's JSON, if it is needed.</param>
    /// <returns>The circuit.</returns>
    /// <exception cref="InvalidPayloadException">No circuit of that layout can be made of the network.</exception>
    internal Task<CompiledCircuit> GetAsync(string modelKey, int version, DataLayout layout, Func<Task<byte[]>> readNetwork) =>
        _circuits.GetAsync((modelKey, version, layout), async () =>
        {
            var json = await readNetwork();
            return await workers.RunAsync(() => Compile(json, layout));
        });

    /// <exception cref="InvalidPayloadException">It is no network, or no circuit of that layout can be made of it.</exception>
    internal static CompiledCircuit Compile(ReadOnlySpan<byte> networkJson, DataLayout layout)
    {
        try
        {
            var circuitLayout = layout switch
            {
                DataLayout.Herd => CircuitLayout.Herd,
                DataLayout.Series => CircuitLayout.Series,
                DataLayout.Live => CircuitLayout.Live,
                _ => throw new InvalidPayloadException("layout", $"{layout}", "Herd, Series or Live"),
            };
            return CircuitCompiler.Compile(Network.FromJson(networkJson), new CompilerOptions { Layout = circuitLayout });
        }
        catch (NetworkFormatException failure)
        {
            throw new InvalidPayloadException(failure.Field, failure.Found, failure.Expected);
        }
        catch (CircuitCompilationException failure)
        {
            throw new InvalidPayloadException(
                $"network for the layout {layout}", failure.Message, "a network of which a circuit can be made");
        }
    }
}
