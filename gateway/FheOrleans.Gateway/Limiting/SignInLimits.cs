using System.Net.Sockets;
using System.Threading.RateLimiting;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Http;

namespace FheOrleans.Gateway.Limiting;

/// <summary>
/// Failed tries to sign in or to join, by the address they come from. Nobody guesses 256 bits: what is limited is the work that tries make, and
/// what they can make the node remember.
/// </summary>
/// <remarks>
/// Addresses share a fixed number of counters, and the tokens that were good lately have a fixed number of slots: whatever is tried, by however
/// many, memory stays where it is. A caller whose token was good lately is not held up by others who fail from its address.
/// </remarks>
internal sealed class SignInLimits(GatewayOptions options) : IDisposable
{
    private const int Counters = 4096;
    private const int Slots = 4096;

    private readonly PartitionedRateLimiter<int> _failures = PartitionedRateLimiter.Create<int, int>(
        counter => RateLimitPartition.GetTokenBucketLimiter(counter, _ => RequestLimits.PerMinute(options.FailedSignInsPerMinute)));

    private readonly byte[]?[] _goodLately = new byte[]?[Slots];

    /// <summary>Lets a caller try, unless too many tries from its address have failed.</summary>
    /// <param name="context">The request.</param>
    /// <param name="hash">The hash of what it tries.</param>
    /// <exception cref="Problems.Refusal">Too many have.</exception>
    public void LetTry(HttpContext context, byte[] hash)
    {
        if (_goodLately[SlotOf(hash)] is { } good && good.AsSpan().SequenceEqual(hash)) return;
        if (_failures.GetStatistics(CounterOf(context)) is not { CurrentAvailablePermits: < 1 }) return;
        throw RequestLimits.TooMany(
            QuotaNames.FailedSignIns, options.FailedSignInsPerMinute, TimeSpan.FromMinutes(1) / options.FailedSignInsPerMinute,
            "Too many tokens or codes from this address were not good.");
    }

    /// <summary>Notes that a try failed.</summary>
    public void Failed(HttpContext context) => _failures.AttemptAcquire(CounterOf(context)).Dispose();

    /// <summary>Notes that a token was good. It is compared by its grain all the same, every time.</summary>
    public void Succeeded(byte[] hash) => _goodLately[SlotOf(hash)] = hash;

    public void Dispose() => _failures.Dispose();

    private static int SlotOf(byte[] hash) => BitConverter.ToUInt16(hash) % Slots;

    // Of an IPv6 address the first half: the other one is the household's to choose.
    private static int CounterOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return 0;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var hash = new HashCode(); // Seeded by chance with each process: nobody can choose addresses that share another's counter.
        hash.AddBytes(address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes[..8] : bytes[..length]);
        return (int)((uint)hash.ToHashCode() % Counters);
    }
}
