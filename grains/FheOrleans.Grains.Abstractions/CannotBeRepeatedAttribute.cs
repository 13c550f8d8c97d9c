namespace FheOrleans.Grains;

/// <summary>
/// Of a grain's method: who does not know whether a call arrived must not call again by itself, because the second answer would not be the
/// first. Every other method may be called again with the same arguments, as often as it takes, and answers as if it had been called once.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CannotBeRepeatedAttribute : Attribute;
