#pragma warning disable CA1040 // Marker interfaces are how Orleans tells the kinds of addressable things apart.
namespace Orleans.Runtime
{
    /// <summary>Anything that can be called through a reference: a grain or an observer.</summary>
    public interface IAddressable;
}

namespace Orleans
{
    /// <summary>A grain: an object with an identity, called through references, whose life the host manages.</summary>
    public interface IGrain : Orleans.Runtime.IAddressable;

    /// <summary>A grain whose identity is a text.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>An object outside of the grains that grains can call. The host holds it weakly: whoever made it keeps it alive.</summary>
    public interface IGrainObserver : Orleans.Runtime.IAddressable;
}
