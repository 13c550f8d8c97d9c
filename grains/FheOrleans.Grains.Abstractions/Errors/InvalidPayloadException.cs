using Orleans;

namespace FheOrleans.Grains;

/// <summary>A value or an uploaded object is not what it must be. Nothing of it was stored.</summary>
[GenerateSerializer, Alias("fhe.error.invalid-payload")]
public sealed class InvalidPayloadException : FheOrleansException
{
    /// <summary>Says what is wrong with one field.</summary>
    /// <param name="field">The field or part of the object.</param>
    /// <param name="found">What it holds, in words; never its bytes.</param>
    /// <param name="expected">What it must hold.</param>
    /// <param name="innerException">Where the fault was found, or null.</param>
    public InvalidPayloadException(string field, string found, string expected, Exception? innerException = null)
        : base($"Invalid {field}: found {found}, expected {expected}. Nothing was stored; send it again as it must be.", innerException) =>
        (Field, Found, Expected) = (field, found, expected);

    /// <summary>The field or part of the object.</summary>
    [Id(0)]
    public string Field { get; private set; }

    /// <summary>What it holds.</summary>
    [Id(1)]
    public string Found { get; private set; }

    /// <summary>What it must hold.</summary>
    [Id(2)]
    public string Expected { get; private set; }
}
