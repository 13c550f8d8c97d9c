using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>A try to sign in or to join that failed, as a gateway tells it.</summary>
[GenerateSerializer, Immutable, Alias("fhe.failed-sign-in")]
public sealed record FailedSignIn
{
    /// <summary>Where it came from: an IPv4 address, or the first half of an IPv6 one, as <see cref="GrainKeys.SignIns"/> takes
    /// it.</summary>
    [Id(0)]
    public required string Address { get; init; }

    /// <summary>How many may fail in a minute; from 1.</summary>
    [Id(1)]
    public required int PerMinute { get; init; }

    /// <summary>SHA-256 of what was tried, 32 bytes: it is not good, whatever was heard of it before.</summary>
    [Id(2)]
    public required byte[] Tried { get; init; }

    /// <summary>
    /// SHA-256 of tokens that this gateway knows to have been good from that address, at most <see cref="Limits.GoodTokensOfAnAddress"/>.
    /// </summary>
    [Id(3)]
    public ImmutableArray<byte[]> Good { get; init; } = [];
}

/// <summary>What follows from a try that failed.</summary>
[GenerateSerializer, Immutable, Alias("fhe.sign-in-verdict")]
public sealed record SignInVerdict
{
    /// <summary>Seconds until the address may try again; 0 when it may at once.</summary>
    [Id(0)]
    public double WaitSeconds { get; init; }

    /// <summary>While it waits: tokens that were good from that address lately, at whichever gateway. Who has one of them is not held
    /// up.</summary>
    [Id(1)]
    public ImmutableArray<byte[]> Good { get; init; } = [];
}
