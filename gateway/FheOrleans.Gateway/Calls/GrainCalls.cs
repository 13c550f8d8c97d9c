using System.Reflection;
using FheOrleans.Grains;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Gateway.Calls;

/// <summary>
/// The gateway's way to the grains. A silo that dies or is replaced, and storage that is away for a moment, fail calls that would
/// succeed a few seconds later: those are repeated here, where the request and its bytes are at hand, and not by every client.
/// </summary>
/// <remarks>
/// Every grain's method may be repeated that does not say otherwise (<see cref="CannotBeRepeatedAttribute"/>): the platform is built of
/// steps that change nothing when they are done again. Errors that grains give on purpose are answers, and not repeated.
/// </remarks>
internal sealed class GrainCalls(IGrainFactory grains, CallPatience patience)
{
    /// <summary>A grain, by its key.</summary>
    public TGrain GetGrain<TGrain>(string key)
        where TGrain : class, IGrainWithStringKey => RepeatingGrain.Over(grains.GetGrain<TGrain>(key), patience);

    /// <summary>A reference by which grains call an observer of this process. It must be kept alive.</summary>
    public TObserver CreateObjectReference<TObserver>(TObserver observer)
        where TObserver : class, IGrainObserver => grains.CreateObjectReference<TObserver>(observer);

    /// <summary>Ends such a reference.</summary>
    public void DeleteObjectReference<TObserver>(TObserver reference)
        where TObserver : class, IGrainObserver => grains.DeleteObjectReference<TObserver>(reference);

    /// <summary>Whether the same call may succeed in a moment: something behind the gateway was away.</summary>
    public static bool IsPassing(Exception fault) => fault is OrleansException or TimeoutException or StorageException { IsTransient: true };
}

/// <summary>A reference to a grain that repeats its calls. The runtime makes a subclass for each grain interface.</summary>
internal class RepeatingGrain : DispatchProxy
{
    private IGrainWithStringKey _grain = null!;
    private CallPatience _patience = null!;

    public static TGrain Over<TGrain>(TGrain grain, CallPatience patience)
        where TGrain : class, IGrainWithStringKey
    {
        var proxy = Create<TGrain, RepeatingGrain>();
        var repeating = (RepeatingGrain)(object)proxy;
        (repeating._grain, repeating._patience) = (grain, patience);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => GrainCall.Of(targetMethod!).Send(_grain, args, _patience);
}
