using FheOrleans.Ckks.Wire;

namespace FheOrleans.Ckks.Tests.Contract;

public sealed class PlatformParametersTests
{
    private static readonly CkksParameters Offered = CkksParameters.Create(8192, 50, 50, 36, 26, 50);

    [Fact]
    public void Require_Defaults_TakeEveryCircuitsParameters()
    {
        var platform = new PlatformParameters();
        platform.Require(Offered);
        Assert.Equal(Offered, SealReader.ReadParameters(SealWriter.Write(Offered, SealVersion.V43), platform, out var version));
        Assert.Equal(SealVersion.V43, version);
    }

    public static TheoryData<PlatformParameters, string> Narrow => new()
    {
        { new() { Degrees = [4096, 16384] }, "offers 4096, 16384" },
        { new() { MaximumPrimes = 4 }, "There are 5 primes; this platform offers 2 to 4" },
        { new() { MinimumPrimes = 6 }, "There are 5 primes; this platform offers 6 to 32" },
        { new() { MinimumPrimeBits = 30 }, "Prime 3 has 26 bits; this platform offers primes of 30 to 60 bits" },
        { new() { MaximumPrimeBits = 40 }, "Prime 0 has 50 bits; this platform offers primes of 20 to 40 bits" },
    };

    [Theory]
    [MemberData(nameof(Narrow))]
    public void Require_NotOffered_ThrowsWithTheOffer(PlatformParameters platform, string message)
    {
        Assert.Contains(message, Assert.Throws<ParametersException>(() => platform.Require(Offered)).Message, StringComparison.Ordinal);
        Assert.Contains(message, Assert.Throws<ParametersException>(() => SealReader.ReadParameters(SealWriter.Write(Offered), platform, out _)).Message, StringComparison.Ordinal);
    }
}
