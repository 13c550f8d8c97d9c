namespace Orleans.Runtime;

/// <summary>The identity of one grain: what it is and which one it is.</summary>
/// <param name="Type">The kind of grain: its class's name in lower case without the ending <c>Grain</c>.</param>
/// <param name="Key">The grain's primary key.</param>
public readonly record struct GrainId(string Type, string Key)
{
    /// <summary>Makes an identity from its two parts.</summary>
    /// <param name="type">The kind of grain.</param>
    /// <param name="key">The grain's primary key.</param>
    /// <returns>The identity.</returns>
    public static GrainId Create(string type, string key) => new(type, key);

    /// <summary>The identity as text, <c>type/key</c>: what grain state is stored under.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Type}/{Key}";
}
