using System.Reflection;
using Orleans.Runtime;

namespace FheOrleans.Embedded;

/// <summary>What stands for a grain at its callers: every call becomes a request to the one activation of the identity.</summary>
/// <remarks>The runtime makes a subclass for each grain interface; that is why this class cannot be sealed or hidden from it.</remarks>
internal class GrainReference : DispatchProxy, IEquatable<GrainReference>
{
    private GrainCatalog _catalog = null!;

    internal GrainId GrainId { get; private set; }

    internal static TInterface Create<TInterface>(GrainCatalog catalog, GrainId id)
    {
        var proxy = Create<TInterface, GrainReference>();
        var reference = (GrainReference)(object)proxy!;
        reference._catalog = catalog;
        reference.GrainId = id;
        return proxy;
    }

    /// <inheritdoc/>
    public bool Equals(GrainReference? other) => other is not null && GrainId == other.GrainId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    /// <inheritdoc/>
    public override int GetHashCode() => GrainId.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => GrainId.ToString();

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _catalog.Call(GrainId, GrainMethod.Of(targetMethod!), args ?? []);
}
