using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FheOrleans.Hosting;

/// <summary>An address of this machine that other processes of the cluster are to use: <c>10.0.0.5:11111</c>, or a name for it.</summary>
/// <param name="Host">An IP address, or a name that leads to this machine.</param>
/// <param name="Port">The port, 1 to 65535.</param>
public sealed record HostPort(string Host, int Port)
{
    /// <summary>Reads it.</summary>
    /// <param name="text"><c>HOST:PORT</c>; an IPv6 address stands in brackets.</param>
    /// <returns>The address.</returns>
    /// <exception cref="FormatException">It is none.</exception>
    public static HostPort Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.LastIndexOf(':');
        if (colon > 0 && ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
        {
            var host = text[..colon].Trim('[', ']');
            if (Uri.CheckHostName(host) != UriHostNameType.Unknown) return new(host, port);
        }
        throw new FormatException($"'{text}' is not an address of this machine; expected HOST:PORT, such as 10.0.0.5:11111.");
    }

    /// <summary>Finds the IP address. The others are told it, so it must be one that leads here from everywhere.</summary>
    /// <returns>Address and port.</returns>
    /// <exception cref="StartException">The name leads nowhere, or the address stands for several.</exception>
    public async Task<IPEndPoint> ResolveAsync()
    {
        try
        {
            var address = IPAddress.TryParse(Host, out var given) ? given : (await Dns.GetHostAddressesAsync(Host)).FirstOrDefault();
            if (address is null || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
                throw new StartException($"'{Host}' is no address that others can be told; name one of this machine's own.");
            return new(address, Port);
        }
        catch (SocketException fault)
        {
            throw new StartException($"'{Host}' leads nowhere ({fault.SocketErrorCode}); name an address of this machine.", fault);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");
}
