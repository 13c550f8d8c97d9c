using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains.Tests;

/// <summary>A state with every kind of member the codec knows.</summary>
[GenerateSerializer]
internal sealed class SampleState
{
    [Id(0)] public bool Flag { get; set; }
    [Id(1)] public int Number { get; set; }
    [Id(2)] public long Long { get; set; }
    [Id(3)] public ulong Word { get; set; }
    [Id(4)] public double Real { get; set; }
    [Id(5)] public string? Text { get; set; }
    [Id(6)] public byte[]? Bytes { get; set; }
    [Id(7)] public Guid Guid { get; set; }
    [Id(8)] public DateTimeOffset At { get; set; }
    [Id(9)] public TimeSpan? Time { get; set; }
    [Id(10)] public List<SampleState> Children { get; set; } = [];
    [Id(11)] public Dictionary<string, int> Counts { get; set; } = [];
    [Id(12)] public ImmutableArray<int> Steps { get; set; } = [];
    [Id(13)] public KeyObject Kind { get; set; }
    [Id(14)] public double[]? Reals { get; set; }
    [Id(15)] public uint Small { get; set; }

    public static SampleState Random(Random random, int depth = 0) => new()
    {
        Flag = random.Next(2) == 1,
        Number = Pick(random, int.MinValue, int.MaxValue, random.Next()),
        Long = Pick(random, long.MinValue, long.MaxValue, random.NextInt64()),
        Word = Pick(random, 0UL, ulong.MaxValue, (ulong)random.NextInt64()),
        Real = Pick(random, double.NaN, double.NegativeInfinity, random.NextDouble()),
        Text = Pick<string?>(random, null, "", $"Ärger ☂ {random.Next()}"),
        Bytes = Pick<byte[]?>(random, null, [], RandomBytes(random, random.Next(5000))),
        Guid = new Guid(RandomBytes(random, 16)),
        At = new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero),
        Time = Pick<TimeSpan?>(random, null, TimeSpan.MinValue, TimeSpan.FromTicks(random.NextInt64())),
        Children = depth < 3 ? [.. Enumerable.Range(0, random.Next(4)).Select(_ => Random(random, depth + 1))] : [],
        Counts = Enumerable.Range(0, random.Next(4)).ToDictionary(i => $"k{i}", _ => random.Next()),
        Steps = [.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(-9, 9))],
        Kind = (KeyObject)random.Next(3),
        Reals = Pick<double[]?>(random, null, [], [random.NextDouble()]),
        Small = (uint)random.Next(),
    };

    private static T Pick<T>(Random random, params T[] among) => among[random.Next(among.Length)];

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}

/// <summary>An earlier version of <see cref="SampleState"/>, and at the same time a later one: it lacks members and has one more.</summary>
[GenerateSerializer]
internal sealed class OtherSampleState
{
    [Id(1)] public int Number { get; set; }
    [Id(5)] public string? Text { get; set; }
    [Id(99)] public string Added { get; set; } = "as the constructor made it";
}

[GenerateSerializer]
internal sealed class WronglyTypedState
{
    [Id(5)] public int Text { get; set; }
}
