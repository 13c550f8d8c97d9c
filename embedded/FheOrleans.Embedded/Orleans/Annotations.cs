namespace Orleans;

/// <summary>Marks a type whose members marked with <see cref="IdAttribute"/> travel in messages or rest in grain state.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute;

/// <summary>The number a member is known by in serialized form. It never changes and is never used again for another member.</summary>
/// <param name="id">The number, unique within the type that declares the member.</param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method)]
public sealed class IdAttribute(uint id) : Attribute
{
    /// <summary>The number.</summary>
    public uint Id { get; } = id;
}

/// <summary>A name for a type, interface or method that survives its renaming in code.</summary>
/// <param name="alias">The name, unique in the application.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Interface | AttributeTargets.Method)]
public sealed class AliasAttribute(string alias) : Attribute
{
    /// <summary>The name.</summary>
    public string Alias { get; } = alias;
}

/// <summary>
/// Promises that an object is never changed once it was handed over, so that it may be passed by reference within a process.
/// </summary>
[AttributeUsage(
    AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.ReturnValue,
    Inherited = false)]
public sealed class ImmutableAttribute : Attribute;

/// <summary>How long a caller waits for one method's answer, where the host's default (30 seconds) is too short or too long.</summary>
/// <param name="timeout">A <see cref="TimeSpan"/> as text, for example <c>00:03:00</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
{
    /// <summary>How long the caller waits; the grain itself is not stopped when that time is over.</summary>
    public TimeSpan? Timeout { get; } = TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture);
}
