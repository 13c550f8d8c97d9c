using System.Text.Json;
using FheOrleans.Embedded;

namespace FheOrleans.Grains.Tests;

/// <summary>What the codec writes it reads, across versions too.</summary>
public sealed class StateCodecTests
{
    private static readonly JsonSerializerOptions Comparable = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    [Fact]
    public void Read_WhatWasWritten_IsEqual()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var state = SampleState.Random(new Random(seed));

            var again = StateCodec.Read<SampleState>(StateCodec.Write(state));

            Assert.True(Text(state) == Text(again), $"seed {seed}");
        }
    }

    [Fact]
    public void Write_Bytes_AreStoredAsTheyAre()
    {
        var bytes = new byte[1 << 20];
        new Random(1).NextBytes(bytes);

        var written = StateCodec.Write(new SampleState { Bytes = bytes });

        Assert.InRange(written.Length, bytes.Length, bytes.Length + 128);
        Assert.True(written.AsSpan().IndexOf(bytes) >= 0);
    }

    [Fact]
    public void Read_OtherVersion_KeepsWhatBothKnow()
    {
        var written = StateCodec.Write(SampleStateWith("kept", 7));

        var other = StateCodec.Read<OtherSampleState>(written);
        var back = StateCodec.Read<SampleState>(StateCodec.Write(other));

        Assert.Equal(("kept", 7, "as the constructor made it"), (other.Text, other.Number, other.Added));
        Assert.Equal(("kept", 7), (back.Text, back.Number));
    }

    [Fact]
    public void Read_DateTimeOffset_IsTheSameMomentInUtc()
    {
        var local = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.FromHours(2));

        var read = StateCodec.Read<SampleState>(StateCodec.Write(new SampleState { At = local })).At;

        Assert.Equal(local, read);
        Assert.Equal(TimeSpan.Zero, read.Offset);
    }

    [Fact]
    public void Write_UnmarkedType_SaysWhatToMark() =>
        Assert.Contains("[GenerateSerializer]", Assert.Throws<NotSupportedException>(() => StateCodec.Write(new Uri("https://x"))).Message, StringComparison.Ordinal);

    private static SampleState SampleStateWith(string text, int number)
    {
        var state = SampleState.Random(new Random(5));
        (state.Text, state.Number) = (text, number);
        return state;
    }

    private static string Text(SampleState state) => JsonSerializer.Serialize(state, Comparable);
}
