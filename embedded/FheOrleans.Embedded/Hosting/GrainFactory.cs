using Orleans;

namespace FheOrleans.Embedded;

/// <summary>Makes references to the grains and observers of this process.</summary>
internal sealed class GrainFactory(GrainCatalog catalog) : IGrainFactory
{
    /// <inheritdoc/>
    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrEmpty(primaryKey);
        if (grainClassNamePrefix is not null)
            throw new ArgumentException("On this host one class implements a grain interface; leave the prefix out.", nameof(grainClassNamePrefix));
        return GrainReference.Create<TGrainInterface>(catalog, catalog.Identify(typeof(TGrainInterface), primaryKey));
    }

    /// <inheritdoc/>
    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj is not TGrainObserverInterface)
            throw new ArgumentException($"{obj.GetType().Name} is not a {typeof(TGrainObserverInterface).Name}.", nameof(obj));
        return ObserverReference.Create<TGrainObserverInterface>(obj);
    }

    /// <inheritdoc/>
    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not ObserverReference reference)
            throw new ArgumentException("Only a reference made by CreateObjectReference can be deleted.", nameof(obj));
        reference.End();
    }
}
