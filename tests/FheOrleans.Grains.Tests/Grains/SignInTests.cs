using System.Security.Cryptography;
using System.Text;
using FheOrleans.Grains.Tenants;

namespace FheOrleans.Grains.Tests;

/// <summary>Failed sign-ins, counted by address for all gateways: a limit that holds, that locks nobody else out, and that costs bounded
/// memory.</summary>
public sealed class SignInTests
{
    private const int PerMinute = 3;
    private const string Address = "v4-cb007107";

    [Fact]
    public async Task Failed_MoreThanInAMinute_WaitsAndPaysBackWhatWasTooMuch()
    {
        await using var platform = await Platform.StartAsync();
        var grain = platform.Grains.GetGrain<ISignInGrain>(GrainKeys.SignIns(Address));

        var waits = new List<double>();
        for (var tries = 0; tries < 5; tries++) waits.Add((await grain.FailedAsync(Try("bad"))).WaitSeconds);

        Assert.Equal([0, 0], waits[..2]);
        // A third of a minute for each; on one host the clock runs meanwhile.
        foreach (var (wait, expected) in waits[2..].Zip([20.0, 40, 60])) Assert.InRange(wait, expected - 19, expected);
        var another = Try("bad") with { Address = "v4-1" };
        Assert.Equal(0, (await platform.Grains.GetGrain<ISignInGrain>(GrainKeys.SignIns(another.Address)).FailedAsync(another)).WaitSeconds);
    }

    [Fact]
    public async Task Failed_WhileOthersAreGood_TellsWhoIsNotHeldUp()
    {
        await using var platform = await Platform.StartAsync();
        var grain = platform.Grains.GetGrain<ISignInGrain>(GrainKeys.SignIns(Address));
        await grain.FailedAsync(Try("bad", good: ["hill", "dale"]));
        Assert.Empty((await grain.FailedAsync(Try("bad"))).Good);

        // One that was good and is not any more is told to nobody.
        var verdict = await grain.FailedAsync(Try("dale", good: ["moor"]));

        Assert.Equal([Hash("hill"), Hash("moor")], verdict.Good.AsEnumerable());
    }

    [Fact]
    public async Task Failed_Nonsense_IsRefused()
    {
        await using var platform = await Platform.StartAsync();
        var grain = platform.Grains.GetGrain<ISignInGrain>(GrainKeys.SignIns(Address));
        var many = Enumerable.Range(0, Limits.GoodTokensOfAnAddress + 1).Select(number => $"{number}").ToArray();

        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.FailedAsync(Try("bad") with { Address = new('1', 65) }));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.FailedAsync(Try("bad") with { PerMinute = 0 }));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.FailedAsync(Try("bad") with { Tried = [1] }));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.FailedAsync(Try("bad", good: many)));
    }

    [Fact]
    public void Add_FromEverywhere_KeepsABoundedNumberAndHoldsTheStubborn()
    {
        var clock = new FakeClock();
        var failed = new FailedSignIns(clock);
        for (var tries = 0; tries < PerMinute; tries++) failed.Add(Try("bad"));

        for (var address = 0; address < 10_000; address++)
        {
            Assert.Equal(0, failed.Add(Try("bad") with { Address = $"v6-{address:x}" }).WaitSeconds);
            // Who goes on is not forgotten for those.
            if (address % 100 == 0) Assert.True(failed.Add(Try("bad")).WaitSeconds > 0);
        }

        Assert.Equal(FailedSignIns.Capacity, failed.Count);
        // However often, it is over within two minutes.
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, failed.Add(Try("bad")).WaitSeconds);
    }

    private static FailedSignIn Try(string tried, params string[] good) =>
        new() { Address = Address, PerMinute = PerMinute, Tried = Hash(tried), Good = [.. good.Select(Hash)] };

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
