using FheOrleans.Embedded;

namespace FheOrleans.Grains.Tests;

/// <summary>Damaged state is refused with one kind of error and without being believed.</summary>
public sealed class StateCodecMalformedTests
{
    [Fact]
    public void Read_EveryTruncation_StateFormatExceptionOrShorterState()
    {
        var bytes = StateCodec.Write(SampleState.Random(new Random(3)));

        for (var length = 0; length < bytes.Length; length++) ReadOrRefuse(bytes.AsSpan(0, length));
    }

    [Fact]
    public void Read_RandomDamage_OnlyStateFormatException()
    {
        for (var seed = 1; seed <= 2000; seed++)
        {
            var random = new Random(seed);
            var bytes = StateCodec.Write(SampleState.Random(random));
            for (var i = 0; i < 3; i++) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                ReadOrRefuse(bytes);
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {seed}: {failure}");
            }
        }
    }

    [Fact]
    public void Read_HugeLengths_NothingIsAllocatedOnTheirWord()
    {
        // format 1; member 6 (bytes): a length of 2 GB; member 14 (numbers): a count of 2^40.
        byte[] hugeBytes = [1, (6 << 2) | 2, 0xFF, 0xFF, 0xFF, 0x7F];
        byte[] hugeCount = [1, (14 << 2) | 2, 6, 0, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
        Assert.Throws<StateFormatException>(() => StateCodec.Read<SampleState>(hugeBytes)); // Warm: makes the codecs.

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<StateFormatException>(() => StateCodec.Read<SampleState>(hugeBytes));
        Assert.Throws<StateFormatException>(() => StateCodec.Read<SampleState>(hugeCount));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void Read_BottomlessNesting_Refused()
    {
        var state = new SampleState();
        for (var depth = 0; depth < 40; depth++) state = new SampleState { Children = [state] };

        Assert.Throws<StateFormatException>(() => StateCodec.Read<SampleState>(StateCodec.Write(state)));
    }

    [Fact]
    public void Read_OtherWireType_SaysFoundAndExpected()
    {
        var failure = Assert.Throws<StateFormatException>(() => StateCodec.Read<WronglyTypedState>(StateCodec.Write(new SampleState { Text = "a text" })));

        Assert.DoesNotContain("a text", failure.Message, StringComparison.Ordinal);
        Assert.Contains("WronglyTypedState.Text", failure.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OtherFormat_Refused() => Assert.Equal("format 2", Assert.Throws<StateFormatException>(() =>
        StateCodec.Read<SampleState>([2])).Found);

    private static void ReadOrRefuse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            StateCodec.Read<SampleState>(bytes);
        }
        catch (StateFormatException)
        {
            // The one answer to damage that shows.
        }
    }
}
