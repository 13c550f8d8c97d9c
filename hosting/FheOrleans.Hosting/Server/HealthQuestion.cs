using System.Net;

namespace FheOrleans.Hosting;

/// <summary>
/// Asks a process of this machine how it is: <c>--check URL</c>. A container's image has nothing else in it that could ask.
/// </summary>
public static class HealthQuestion
{
    /// <summary>The option that asks.</summary>
    public const string Name = "--check";

    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help = "  --check URL          ask a running process of this machine: ends with 0 where it answers 200, else with 1\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Asks.</summary>
    /// <param name="arguments">The command line: the option and an address of this machine.</param>
    /// <returns>0 where the answer is 200, 1 where it is another or there is none, 2 where the command line is none of these.</returns>
    public static async Task<int> AskAsync(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments is not [Name, var text] || !Uri.TryCreate(text, UriKind.Absolute, out var url) || !url.IsLoopback || url.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync($"{Name} takes an address of this machine and nothing beside it: {Name} https://127.0.0.1:PORT/health/ready.");
            return 2;
        }
        // On the loopback address nobody is in between; whose certificate it is, is not what is asked.
        using var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null } };
        using var http = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(url);
            if (answer.StatusCode == HttpStatusCode.OK) return 0;
            await Console.Error.WriteLineAsync($"It answered {(int)answer.StatusCode}.");
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"It did not answer ({fault.GetType().Name}).");
        }
        return 1;
    }
}
