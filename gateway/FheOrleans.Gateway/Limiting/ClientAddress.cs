using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace FheOrleans.Gateway.Limiting;

/// <summary>Whose tries are counted together: an IPv4 address, or the first half of an IPv6 one, since the other half is the household's
/// to choose.</summary>
/// <param name="Bits">The address's first eight bytes; of IPv4 its four.</param>
/// <param name="IsV6">Whether it is of IPv6.</param>
internal readonly record struct ClientAddress(ulong Bits, bool IsV6)
{
    /// <summary>Of a connection's address; connections without one are counted as one.</summary>
    public static ClientAddress Of(IPAddress? address)
    {
        if (address is null) return default;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out var length);
        return length > 4 ? new(BinaryPrimitives.ReadUInt64BigEndian(bytes), true) : new(BinaryPrimitives.ReadUInt32BigEndian(bytes), false);
    }

    /// <summary>The same text at every gateway.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsV6 ? "v6" : "v4")}-{Bits:x}");
}
