using System.Collections.Concurrent;
using System.Reflection;
using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Embedded;

/// <summary>One method of a grain or observer interface: how to call it, and how its calls stand to others.</summary>
internal sealed class GrainMethod
{
    private static readonly ConcurrentDictionary<MethodInfo, GrainMethod> Known = new();
    private readonly MethodInvoker _invoker;
    private readonly Func<GrainMethod, object?[], Request> _newRequest;

    private GrainMethod(MethodInfo method)
    {
        Name = $"{method.DeclaringType!.Name}.{method.Name}";
        _invoker = MethodInvoker.Create(method);
        _newRequest = RequestFactory(method);
        AlwaysInterleaves = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        IsOneWay = method.IsDefined(typeof(OneWayAttribute));
        ResponseTimeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
    }

    internal string Name { get; }

    internal bool AlwaysInterleaves { get; }

    internal bool IsReadOnly { get; }

    internal bool IsOneWay { get; }

    internal TimeSpan? ResponseTimeout { get; }

    internal static GrainMethod Of(MethodInfo method) => Known.GetOrAdd(method, static method => new GrainMethod(method));

    internal Request NewRequest(object?[] arguments) => _newRequest(this, arguments);

    /// <summary>Calls the method on the grain object. An exception of the method leaves as it is.</summary>
    internal Task Invoke(object target, object?[] arguments) => (Task)_invoker.Invoke(target, arguments.AsSpan())!;

    private static Func<GrainMethod, object?[], Request> RequestFactory(MethodInfo method)
    {
        if (method.ReturnType == typeof(Task)) return static (method, arguments) => new Request<Nothing>(method, arguments);
        if (method.ReturnType is not { IsGenericType: true } type || type.GetGenericTypeDefinition() != typeof(Task<>) || method.IsGenericMethodDefinition)
        {
            throw new NotSupportedException(
                $"{method.DeclaringType!.Name}.{method.Name} returns {method.ReturnType.Name}. Grain methods return Task or Task<T> and are not generic.");
        }
        return typeof(GrainMethod).GetMethod(nameof(NewTypedRequest), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type.GetGenericArguments())
            .CreateDelegate<Func<GrainMethod, object?[], Request>>();
    }

    private static Request<T> NewTypedRequest<T>(GrainMethod method, object?[] arguments) => new(method, arguments);

    /// <summary>The result of a method that returns a plain <see cref="Task"/>.</summary>
    internal readonly struct Nothing;
}
