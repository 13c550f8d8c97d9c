using System.Collections.Immutable;
using FheOrleans.Gateway.Calls;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace FheOrleans.Gateway.Limiting;

/// <summary>
/// Failed tries to sign in or to join, by the address they come from and over all gateways. Nobody guesses 256 bits: what is limited is
/// the work that tries make, and what they can make the cluster remember.
/// </summary>
/// <remarks>
/// A try that failed is told to a grain, one of 64 by address, which counts for all gateways and answers how long the address waits;
/// this gateway keeps to that by itself. So a good request costs nothing here, and an address has its limit and, of each further
/// gateway, the one try that it takes to hear of it; the grain has those paid back. While the grain is away each gateway lets an address
/// fail as often as the limit refills. A caller whose token was good lately is not held up by others who fail from its address, here or
/// at another gateway at which somebody fails: they tell each other by the same way. Slots are fixed in number and exact, so memory
/// stays where it is, and nobody waits for another's address.
/// </remarks>
internal sealed class SignInLimits(IGrainFactory grains, GatewayOptions options, TimeProvider time)
{
    private const int Slots = 4096;

    private readonly Good?[] _goodLately = new Good?[Slots];
    private readonly Closed?[] _closed = new Closed?[Slots];

    /// <summary>Lets a caller try, unless too many tries from its address have failed.</summary>
    /// <param name="context">The request.</param>
    /// <param name="hash">The hash of what it tries.</param>
    /// <exception cref="Problems.Refusal">Too many have.</exception>
    public void LetTry(HttpContext context, byte[] hash)
    {
        if (IsGoodLately(hash)) return;
        var address = ClientAddress.Of(context.Connection.RemoteIpAddress);
        if (_closed[SlotOf(address)] is not { } closed || closed.Address != address) return;
        var left = closed.Wait - time.GetElapsedTime(closed.Since);
        if (left <= TimeSpan.Zero) return;
        throw RequestLimits.TooMany(
            QuotaNames.FailedSignIns, options.FailedSignInsPerMinute, left, "Too many tokens or codes from this address were not good.");
    }

    /// <summary>Counts a try that failed, at all gateways; what was tried is not good lately any more.</summary>
    /// <param name="context">The request.</param>
    /// <param name="hash">The hash of what it tried.</param>
    public async Task FailedAsync(HttpContext context, byte[] hash)
    {
        if (IsGoodLately(hash)) _goodLately[SlotOf(hash)] = null;
        var address = ClientAddress.Of(context.Connection.RemoteIpAddress);
        var verdict = await AskAsync(address, hash);
        foreach (var good in verdict.Good) Note(good, address);
        if (verdict.WaitSeconds > 0)
            _closed[SlotOf(address)] = new(address, time.GetTimestamp(), TimeSpan.FromSeconds(verdict.WaitSeconds));
    }

    /// <summary>Notes that a token was good. It is compared by its grain all the same, every time.</summary>
    /// <param name="context">The request.</param>
    /// <param name="hash">The token's hash.</param>
    public void Succeeded(HttpContext context, byte[] hash)
    {
        var address = ClientAddress.Of(context.Connection.RemoteIpAddress);
        if (_goodLately[SlotOf(hash)] is not { } known || known.Address != address || !known.Hash.AsSpan().SequenceEqual(hash)) Note(hash, address);
    }

    private bool IsGoodLately(byte[] hash) => _goodLately[SlotOf(hash)] is { } good && good.Hash.AsSpan().SequenceEqual(hash);

    private async Task<SignInVerdict> AskAsync(ClientAddress address, byte[] hash)
    {
        var text = address.ToString();
        var failure = new FailedSignIn { Address = text, PerMinute = options.FailedSignInsPerMinute, Tried = hash, Good = GoodFrom(address) };
        try
        {
            return await grains.GetGrain<ISignInGrain>(GrainKeys.SignIns(text)).FailedAsync(failure);
        }
        catch (Exception fault) when (GrainCalls.IsPassing(fault))
        {
            // Nobody counts for all just now: this gateway lets in what comes free, one after the other.
            return new() { WaitSeconds = 60.0 / options.FailedSignInsPerMinute };
        }
    }

    // From another slot on each time: of more than can be told at once, others are told with the next.
    private ImmutableArray<byte[]> GoodFrom(ClientAddress address)
    {
        var from = Random.Shared.Next(Slots);
        return [.. Enumerable.Range(from, Slots).Select(slot => _goodLately[slot % Slots]).Where(known => known is not null && known.Address == address)
            .Take(Limits.GoodTokensOfAnAddress).Select(known => known!.Hash)];
    }

    private void Note(byte[] hash, ClientAddress address) => _goodLately[SlotOf(hash)] = new(hash, address);

    // A hash is as good as drawn at random; an address is chosen, but nobody outside can know which share a slot: the code is seeded by
    // chance with each process. Who takes another's slot has it forgotten here, and the grain still knows.
    private static int SlotOf(byte[] hash) => BitConverter.ToUInt16(hash) % Slots;

    private static int SlotOf(ClientAddress address) => (int)((uint)HashCode.Combine(address.Bits, address.IsV6) % Slots);

    /// <summary>A token that was good.</summary>
    private sealed record Good(byte[] Hash, ClientAddress Address);

    /// <summary>An address that waits.</summary>
    private sealed record Closed(ClientAddress Address, long Since, TimeSpan Wait);
}
