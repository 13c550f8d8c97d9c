namespace Orleans;

/// <summary>Makes references to grains and to observers. Asking for a reference never activates anything.</summary>
public interface IGrainFactory
{
    /// <summary>A reference to the grain with a key. The grain is activated by the first call.</summary>
    /// <typeparam name="TGrainInterface">The grain's interface; exactly one class implements it.</typeparam>
    /// <param name="primaryKey">The grain's key.</param>
    /// <param name="grainClassNamePrefix">Chooses between several classes in Orleans; the embedded host takes null only.</param>
    /// <returns>The reference; two references to one grain are equal.</returns>
    /// <exception cref="ArgumentException">No class implements the interface, or the key is empty.</exception>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;

    /// <summary>A reference to an observer that grains can be given. The observer itself is held weakly.</summary>
    /// <typeparam name="TGrainObserverInterface">The observer's interface.</typeparam>
    /// <param name="obj">The observer, kept alive by the caller.</param>
    /// <returns>
    /// The reference; calls through it fail once the observer is gone or <see cref="DeleteObjectReference{T}"/> was called.
    /// </returns>
    TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver;

    /// <summary>Ends a reference made by <see cref="CreateObjectReference{T}"/>.</summary>
    /// <typeparam name="TGrainObserverInterface">The observer's interface.</typeparam>
    /// <param name="obj">The reference.</param>
    void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver;
}
