using FheOrleans.Hosting;

namespace FheOrleans.Silo.Options;

/// <summary>How a node runs. <see cref="NodeArguments"/> reads it from the command line; <c>--help</c> prints the table.</summary>
internal sealed record NodeOptions : GrainHostOptions
{
    /// <summary>
    /// <c>--data</c>: the folder that holds everything the node keeps. No default: a node never guesses where to put its keys.
    /// </summary>
    public required string Data { get; init; }

    /// <summary>
    /// <c>--database</c>: a file with the connection string of the PostgreSQL database to keep everything in. Defaults to none: a SQLite file in the
    /// folder of <c>--data</c>.
    /// </summary>
    public string? Database { get; init; }

    /// <summary>
    /// <c>--url</c>: where the node listens. Defaults to <c>https://127.0.0.1:0</c>: this machine only, a free port, printed when
    /// ready.
    /// </summary>
    public Uri Url { get; init; } = new("https://127.0.0.1:0");

    /// <summary><c>--body-memory</c>: MiB of request bodies held in memory at once. Defaults to 64.</summary>
    public int BodyMemoryMebibytes { get; init; } = 64;

    /// <summary><c>--connections</c>: connections open at once. Defaults to 256; more are turned away.</summary>
    public int Connections { get; init; } = 256;

    /// <summary><c>--sign-ins</c>: failed sign-ins of one address in a minute before it is turned away. Defaults to 60.</summary>
    public int FailedSignInsPerMinute { get; init; } = 60;

    /// <summary><c>--token-days</c>: how many days a member's token works after it was issued. Defaults to 365.</summary>
    public int TokenDays { get; init; } = 365;

    /// <summary>
    /// <c>--new-operator-token</c>: whether to make a new token for the operator, in place of all it had, and to end then. Off by default.
    /// </summary>
    public bool NewOperatorToken { get; init; }

    /// <summary>All that is wrong, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new OptionFaults();
        if (string.IsNullOrWhiteSpace(Data)) faults.Add("--data is missing: name the folder the node keeps its certificate, token and database in.");
        else if (File.Exists(Data)) faults.Add("--data names a file; expected a folder, which is made when it is not there.");
        if (Database is not null && !File.Exists(Database)) faults.Add("--database names no file; expected one with the database's connection string.");
        faults.HttpsUrl("--url", Url);
        faults.Range("--body-memory", BodyMemoryMebibytes, 8, 64 << 10);
        faults.Range("--connections", Connections, 1, 100_000);
        faults.Range("--sign-ins", FailedSignInsPerMinute, 1, 1_000_000);
        faults.Range("--token-days", TokenDays, 1, 3650);
        Check(faults);
        return faults.All;
    }
}
