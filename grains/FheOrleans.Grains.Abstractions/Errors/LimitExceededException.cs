using System.Globalization;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>Something is more than this node allows.</summary>
/// <param name="what">What is limited, with its unit: <c>chunk bytes</c>, <c>key sets</c>.</param>
/// <param name="value">What was asked for.</param>
/// <param name="limit">The most that is allowed.</param>
[GenerateSerializer, Alias("fhe.error.limit")]
public sealed class LimitExceededException(string what, long value, long limit) : FheOrleansException(
    string.Create(CultureInfo.InvariantCulture, $"Over the limit of {what}: {value} asked for, {limit} allowed. Ask for less, or have the operator raise the limit."))
{
    /// <summary>What is limited, with its unit.</summary>
    [Id(0)]
    public string What { get; private set; } = what;

    /// <summary>What was asked for.</summary>
    [Id(1)]
    public long Value { get; private set; } = value;

    /// <summary>The most that is allowed.</summary>
    [Id(2)]
    public long Limit { get; private set; } = limit;
}
