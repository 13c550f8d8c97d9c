using System.Reflection;
using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Embedded;

/// <summary>Which class implements which grain interface.</summary>
internal sealed class GrainTypes
{
    private readonly Dictionary<Type, GrainClass> _byInterface = [];
    private readonly Dictionary<string, GrainClass> _byName = [];

    /// <exception cref="InvalidOperationException">Two classes implement one interface or have one name.</exception>
    internal GrainTypes(IEnumerable<Assembly> assemblies)
    {
        foreach (var type in assemblies.Distinct().SelectMany(assembly => assembly.GetTypes()))
        {
            if (type.IsAbstract || !type.IsSubclassOf(typeof(Grain))) continue;
            Add(new GrainClass(type));
        }
    }

    /// <exception cref="ArgumentException">No class implements the interface.</exception>
    internal GrainClass Implementing(Type grainInterface) => _byInterface.TryGetValue(grainInterface, out var found)
        ? found
        : throw new ArgumentException($"No grain class implements {grainInterface.FullName}. Name its assembly in AddEmbeddedGrains.");

    internal GrainClass Named(string name) => _byName[name];

    private void Add(GrainClass added)
    {
        if (!_byName.TryAdd(added.Name, added))
            throw new InvalidOperationException($"{added.Type.FullName} and {_byName[added.Name].Type.FullName} are both named '{added.Name}'.");
        foreach (var grainInterface in added.Type.GetInterfaces().Where(IsGrainInterface))
        {
            if (!_byInterface.TryAdd(grainInterface, added))
                throw new InvalidOperationException($"{added.Type.FullName} and {_byInterface[grainInterface].Type.FullName} both implement {grainInterface.Name}.");
        }
    }

    private static bool IsGrainInterface(Type type) =>
        type != typeof(IGrainWithStringKey) && type.IsAssignableTo(typeof(IGrainWithStringKey));
}

/// <summary>One grain class.</summary>
internal sealed class GrainClass(Type type)
{
    internal Type Type => type;

    /// <summary>
    /// The class's name in lower case without the ending <c>Grain</c>: Orleans' own rule, and part of what state is stored under.
    /// </summary>
    internal string Name { get; } = (type.Name.EndsWith("Grain", StringComparison.Ordinal) ? type.Name[..^5] : type.Name).ToLowerInvariant();

    internal bool IsReentrant { get; } = type.IsDefined(typeof(ReentrantAttribute));

    /// <summary>The class's own age limit, or null for the host's.</summary>
    internal TimeSpan? CollectionAge { get; } = type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.Amount;
}
