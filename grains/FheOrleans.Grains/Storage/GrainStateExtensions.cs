using Orleans;
using Orleans.Core;
using Orleans.Storage;

namespace FheOrleans.Grains.Storage;

/// <summary>What grains do about their state.</summary>
internal static class GrainStateExtensions
{
    /// <summary>What a grain answers that holds nothing. It does not stay in memory: names cost whoever makes them up nothing.</summary>
    internal static NotFoundException Missing(this IGrainBase grain, string what, string name)
    {
        grain.DeactivateOnIdle();
        return new(what, name);
    }

    /// <summary>
    /// Writes a record. When that fails, memory and storage differ: the activation ends, and the next one reads what is stored.
    /// </summary>
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

    /// <summary>
    /// Writes a record for something that may be lost: that a token was used. While storage is away it is still in memory, and written with the next
    /// change; who asked is answered all the same.
    /// </summary>
    internal static async Task TrySaveAsync(this IGrainBase grain, IStorage record)
    {
        try
        {
            await record.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            grain.DeactivateOnIdle(); // Somebody else has written: what is in memory is old.
            throw;
        }
        catch (Exception)
        {
            // Storage is away. What it holds is what this activation has read, but for this.
        }
    }
}
