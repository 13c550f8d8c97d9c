using Orleans;
using Orleans.Core;

namespace FheOrleans.Grains.Storage;

/// <summary>Writing grain state.</summary>
internal static class GrainStateExtensions
{
    /// <summary>Writes a record. When that fails, memory and storage differ: the activation ends, and the next one reads what is stored.</summary>
    internal static async Task SaveAsync(this IGrainBase grain, IStorage record)
    {
        try
        {
            await record.WriteStateAsync();
        }
        catch
        {
            grain.DeactivateOnIdle();
            throw;
        }
    }
}
