using Orleans.Runtime;

namespace Orleans;

/// <summary>What a grain class is to its host.</summary>
public interface IGrainBase
{
    /// <summary>The activation this object is the instance of.</summary>
    IGrainContext GrainContext { get; }

    /// <summary>Called once, after the persistent state was read and before the first request.</summary>
    /// <param name="cancellationToken">Cancelled when activation takes too long or the host stops.</param>
    /// <returns>When the grain is ready for requests. A failure goes to everyone who waits for this activation.</returns>
    Task OnActivateAsync(CancellationToken cancellationToken);

    /// <summary>Called once, after the last request. Not called when the process dies: nothing may depend on it.</summary>
    /// <param name="reason">Why the grain is deactivated.</param>
    /// <param name="cancellationToken">Cancelled when the host does not wait any longer.</param>
    /// <returns>When the grain may be forgotten.</returns>
    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken);
}

/// <summary>The base of grain classes.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>Joins the object with the activation it is made for.</summary>
    protected Grain() => GrainContext = RuntimeContext.Current
        ?? throw new InvalidOperationException("A grain is made by its host. Ask IGrainFactory for a reference instead of calling the constructor.");

    /// <inheritdoc/>
    public IGrainContext GrainContext { get; }

    /// <summary>Makes references to other grains.</summary>
    protected IGrainFactory GrainFactory => (IGrainFactory)ServiceProvider.GetService(typeof(IGrainFactory))!;

    /// <summary>The services of this activation.</summary>
    protected IServiceProvider ServiceProvider => GrainContext.ActivationServices;

    /// <inheritdoc/>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Asks for deactivation once the running requests are over; later requests get a new activation.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);
}
