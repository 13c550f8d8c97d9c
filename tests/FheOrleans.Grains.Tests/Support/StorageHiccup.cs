using System.Globalization;

namespace FheOrleans.Grains.Tests;

/// <summary>What of one access to storage does not come through.</summary>
internal enum Hiccup
{
    /// <summary>It is not carried out, and fails.</summary>
    Refused,

    /// <summary>It is carried out, and the answer is lost.</summary>
    AnswerLost,
}

/// <summary>
/// Fails one access to storage, of whatever kind, as a database that is away for a moment does. Nothing dies: whoever asked goes on as it
/// is.
/// </summary>
internal sealed class StorageHiccup : StorageSeam
{
    private int _left = int.MaxValue;
    private Hiccup _kind;

    /// <summary>
    /// The rounds of a test over every access: in the first the kinds take turns, which for reads are the same; FHE_TEST_EFFORT=2 adds a
    /// round with the other kind at each.
    /// </summary>
    public static IEnumerable<int> Rounds
    {
        get
        {
            var effort = Environment.GetEnvironmentVariable("FHE_TEST_EFFORT");
            return Enumerable.Range(0, int.TryParse(effort, CultureInfo.InvariantCulture, out var times) && times > 1 ? 2 : 1);
        }
    }

    /// <summary>Whether the access was reached.</summary>
    public bool WasMet => Volatile.Read(ref _left) < 0;

    /// <summary>Fails the access after so many.</summary>
    public void After(int accesses, int round)
    {
        _kind = (accesses + round) % 2 == 0 ? Hiccup.Refused : Hiccup.AnswerLost;
        Volatile.Write(ref _left, accesses);
    }

    /// <summary>Fails none from now on.</summary>
    public void End() => Volatile.Write(ref _left, int.MaxValue);

    protected override Task WriteAsync(Func<Task> write) => PassAsync(write);

    protected override Task ReadAsync(Func<Task> read) => PassAsync(read);

    private async Task PassAsync(Func<Task> access)
    {
        var isIt = Interlocked.Decrement(ref _left) == -1;
        if (isIt && _kind == Hiccup.Refused) throw Away();
        await access();
        if (isIt) throw Away();
    }

    private static StorageException Away() => new("it is away for a moment.", isTransient: true);
}
