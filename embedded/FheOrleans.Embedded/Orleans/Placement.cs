namespace Orleans.Placement;

/// <summary>
/// Where in a cluster a grain is activated. In one process there is only one place, so the embedded host reads none of these.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class PlacementAttribute : Attribute;

/// <summary>Activates the grain on a silo chosen at random.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RandomPlacementAttribute : PlacementAttribute;
