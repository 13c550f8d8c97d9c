using System.Globalization;

namespace FheOrleans.Hosting;

/// <summary>Collects all that is wrong with options, one sentence each, so that all of it is said at once.</summary>
public sealed class OptionFaults
{
    private readonly List<string> _all = [];

    /// <summary>What was found, in the order it was looked for; empty when nothing is wrong.</summary>
    public IReadOnlyList<string> All => _all;

    /// <summary>Adds a fault.</summary>
    /// <param name="fault">What was found, and what was expected.</param>
    public void Add(string fault) => _all.Add(fault);

    /// <summary>Checks a number.</summary>
    /// <param name="name">The option.</param>
    /// <param name="found">Its value.</param>
    /// <param name="from">The least it may be.</param>
    /// <param name="to">The most it may be.</param>
    public void Range(string name, double found, int from, int to)
    {
        if (found < from || found > to) Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {found}; expected {from} to {to}."));
    }

    /// <summary>Checks where an HTTPS server listens.</summary>
    /// <param name="name">The option.</param>
    /// <param name="url">Its value.</param>
    public void HttpsUrl(string name, Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!url.IsAbsoluteUri || url.Scheme != Uri.UriSchemeHttps) Add($"{name} is '{url}'; expected https://host:port. There is no unencrypted way in.");
        else if (url.PathAndQuery != "/" || url.Fragment.Length > 0) Add($"{name} is '{url}'; expected scheme, host and port only.");
    }
}
