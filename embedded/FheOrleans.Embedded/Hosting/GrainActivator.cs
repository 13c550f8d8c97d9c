using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Core;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Embedded;

/// <summary>Makes grain objects: constructor parameters are persistent state where they are marked so, and services otherwise.</summary>
internal static class GrainActivator
{
    private const string DefaultStorage = "Default";

    /// <summary>Makes the grain on the thread of its own turn, with its states still to be read.</summary>
    internal static (Grain Grain, IReadOnlyList<IStorage> States) Create(Type type, Activation activation)
    {
        var constructor = type.GetConstructors() is [var only]
            ? only
            : throw new InvalidOperationException($"{type.Name} must have exactly one public constructor.");
        var states = new List<IStorage>();
        var arguments = Array.ConvertAll(constructor.GetParameters(), parameter => Resolve(parameter, activation, states));
        return ((Grain)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null), states);
    }

    private static object Resolve(ParameterInfo parameter, Activation activation, List<IStorage> states)
    {
        if (parameter.ParameterType == typeof(IGrainContext)) return activation;
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is not { } facet)
            return activation.ActivationServices.GetRequiredService(parameter.ParameterType);

        var storage = activation.ActivationServices.GetRequiredKeyedService<IGrainStorage>(facet.StorageName ?? DefaultStorage);
        var valueType = parameter.ParameterType.GetGenericArguments()[0];
        var state = (IStorage)Activator.CreateInstance(
            typeof(PersistentState<>).MakeGenericType(valueType), activation.GrainId, facet.StateName, storage)!;
        states.Add(state);
        return state;
    }
}
