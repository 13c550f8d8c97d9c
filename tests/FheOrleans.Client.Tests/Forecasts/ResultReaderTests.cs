using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Forecasts;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Tests.Forecasts;

/// <summary>Telling a result from noise, without a node: results are encrypted here as the circuit would leave them.</summary>
public sealed class ResultReaderTests : IDisposable
{
    private static readonly CircuitPlan Plan = CircuitCompiler.Compile(PaperNetwork.Create(), new() { Layout = CircuitLayout.Series }).Plan;
    private static readonly CkksParameters Parameters = Plan.CreateParameters();
    private readonly SecretKey _key = SecretKey.Generate(Parameters);
    private readonly double[] _values = [.. Enumerable.Range(0, Parameters.SlotCount).Select(slot => 4 * Math.Sin(slot))];

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Read_AResultUnderThisKey_GivesItsValues()
    {
        var slots = Reader(_key).Read("i", 0, Encrypt(Plan.OutputLevel, Plan.OutputScale));
        Assert.All(slots[0].Zip(_values), pair => Assert.Equal(pair.Second, pair.First.Real, 1e-6));
    }

    [Fact]
    public void Read_UnderAnotherKey_IsNoiseAndSaysSo()
    {
        using var other = SecretKey.Generate(Parameters);
        var fault = Assert.Throws<UnreadableResultException>(() => Reader(other).Read("my-inference", 2, Encrypt(Plan.OutputLevel, Plan.OutputScale)));
        Assert.Equal(("my-inference", 2, "ks-test"), (fault.Inference, fault.Part, fault.KeySet));
        Assert.Contains("not shown as a forecast", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnotherScaleOrLevel_IsNotTheCircuitsResult()
    {
        Assert.Throws<UnexpectedResultException>(() => Reader(_key).Read("i", 0, Encrypt(Plan.OutputLevel, Plan.OutputScale * 2)));
        Assert.Throws<UnexpectedResultException>(() => Reader(_key).Read("i", 0, Encrypt(Plan.OutputLevel + 1, Plan.OutputScale)));
        Assert.Throws<UnexpectedResultException>(() => Reader(_key).Read("i", 0, [.. Encrypt(Plan.OutputLevel, Plan.OutputScale), .. Encrypt(Plan.OutputLevel, Plan.OutputScale)]));
    }

    [Fact]
    public void Read_TruncatedOrFlipped_IsRefused()
    {
        var good = Encrypt(Plan.OutputLevel, Plan.OutputScale);
        foreach (var length in new[] { 0, 1, 15, 100, good.Length / 2, good.Length - 1 })
            Assert.ThrowsAny<Exception>(() => Reader(_key).Read("i", 0, good.AsSpan(0, length)));
        // One bit of one coefficient spreads over every slot when it is a high one; low bits drown in the rounding, as they should.
        var flipped = (byte[])good.Clone();
        flipped[good.Length / 2 / 8 * 8 + 5] ^= 0x08;
        Assert.True(Record.Exception(() => Reader(_key).Read("i", 0, flipped)) is UnreadableResultException or WireFormatException);
    }

    private byte[] Encrypt(int level, double scale) => SealWriter.Write(new SymmetricEncryptor(_key).Encrypt(new CkksEncoder(Parameters).Encode(_values, scale, level)));

    private static ResultReader Reader(SecretKey key) => new(Plan, Parameters, "ks-test", key);
}
