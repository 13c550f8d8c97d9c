using System.Collections.Immutable;
using System.Reflection;
using FheOrleans.Embedded;
using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains.Tests;

/// <summary>What every message, state and grain interface keeps to, so that it works on both hosts and across versions.</summary>
public sealed class MessageRules
{
    private static readonly Assembly[] Assemblies = [typeof(IDatasetGrain).Assembly, typeof(FheGrainsOptions).Assembly];

    private static readonly Type[] SerializableTypes = [.. Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsDefined(typeof(GenerateSerializerAttribute)))];

    private static readonly Type[] Interfaces = [.. Assemblies[0].GetTypes().Where(type => type.IsInterface && type.IsAssignableTo(typeof(Orleans.Runtime.IAddressable)))];

    public static TheoryData<Type> Serializable => [.. SerializableTypes];

    public static TheoryData<Type> Messages => [.. SerializableTypes.Where(type => type.Assembly == Assemblies[0] && !type.IsEnum && !type.IsAssignableTo(typeof(Exception)))];

    public static TheoryData<Type> GrainInterfaces => [.. Interfaces];

    [Theory, MemberData(nameof(Serializable))]
    public void Type_Serializable_HasAnAliasAndNumbersOnceEach(Type type)
    {
        Assert.StartsWith("fhe.", type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias, StringComparison.Ordinal);
        if (type.IsEnum) return;
        var settable = type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(property => property.SetMethod is not null);
        Assert.All(settable, property => Assert.True(property.IsDefined(typeof(IdAttribute)), property.Name));
        var numbers = settable.Select(property => property.GetCustomAttribute<IdAttribute>()!.Id).ToList();
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
    }

    [Fact]
    public void Aliases_OfAllTypes_AreDifferent()
    {
        var aliases = SerializableTypes.Concat(Interfaces).Select(type => type.GetCustomAttribute<AliasAttribute>(inherit: false)!.Alias).ToList();

        Assert.Equal(aliases.Count, aliases.Distinct().Count());
    }

    [Theory, MemberData(nameof(Messages))]
    public void Message_Always_IsImmutable(Type type)
    {
        Assert.True(type.IsSealed && type.IsDefined(typeof(ImmutableAttribute)));
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var setter = property.SetMethod;
            Assert.True(setter is null || setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit)), property.Name);
            Assert.True(IsImmutable(property.PropertyType), $"{property.Name}: {property.PropertyType}");
        }
        Assert.Empty(type.GetFields(BindingFlags.Public | BindingFlags.Instance));
    }

    [Theory, MemberData(nameof(Messages))]
    public void Message_AsState_CanBeWrittenAndRead(Type type)
    {
        var message = Activator.CreateInstance(type, nonPublic: true)!;
        var write = typeof(StateCodec).GetMethod(nameof(StateCodec.Write))!.MakeGenericMethod(type);

        Assert.NotEmpty((byte[])write.Invoke(null, [message])!);
    }

    [Theory, MemberData(nameof(GrainInterfaces))]
    public void Interface_Method_ReturnsATaskHasAnAliasAndTakesMessages(Type type)
    {
        Assert.NotNull(type.GetCustomAttribute<AliasAttribute>(inherit: false));
        Assert.All(type.GetMethods(), method =>
        {
            Assert.True(method.ReturnType.IsAssignableTo(typeof(Task)), method.Name);
            Assert.NotNull(method.GetCustomAttribute<AliasAttribute>());
            Assert.All(method.GetParameters(), parameter => Assert.True(IsImmutable(parameter.ParameterType) || parameter.ParameterType.IsAssignableTo(typeof(IGrainObserver)), $"{method.Name}({parameter.Name})"));
            Assert.True(method.ReturnType == typeof(Task) || IsImmutable(method.ReturnType.GetGenericArguments()[0]), method.Name);
        });
        Assert.Equal(type.GetMethods().Length, type.GetMethods().Select(method => method.GetCustomAttribute<AliasAttribute>()!.Alias).Distinct().Count());
    }

    [Fact]
    public void Reading_MarkedReadOnlyOrInterleaving_IsOnlyWhatChangesNothing()
    {
        // Chunks are taken several at a time by design, and DatasetGrain keeps them apart. The others note in memory who asked, in one step, and must be
        // answered while a write to storage that is away is awaited; what they begin, they begin as a request of its own.
        string[] byDesign =
        [
            nameof(IDatasetGrain.PutChunkAsync), nameof(IUnfinishedWorkGrain.CheckAsync), nameof(IInferenceGrain.KeepGoingAsync), nameof(IOperatorGrain.CheckInAsync),
            nameof(ITenantQuotaGrain.LetRequestsInAsync), nameof(INodeGrain.TryStorageAsync),
        ];
        var marked = Interfaces.SelectMany(type => type.GetMethods())
            .Where(method => method.IsDefined(typeof(ReadOnlyAttribute)) || method.IsDefined(typeof(AlwaysInterleaveAttribute)))
            .Select(method => method.Name);

        Assert.All(marked.Except(byDesign), name => Assert.Matches("^(Describe|Read|Plan|Authenticate)", name));
    }

    // Payloads are arrays of bytes by convention: whoever makes one hands it over and writes to it no more.
    private static bool IsImmutable(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(byte[]) || type == typeof(Guid) || type == typeof(DateTimeOffset)
        || (Nullable.GetUnderlyingType(type) is { } inner && IsImmutable(inner))
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) && IsImmutable(type.GetGenericArguments()[0]))
        || (type.IsDefined(typeof(ImmutableAttribute)) && type.Assembly == Assemblies[0]);
}
