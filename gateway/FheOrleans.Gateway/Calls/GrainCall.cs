using System.Collections.Concurrent;
using System.Reflection;
using FheOrleans.Grains;
using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Gateway.Calls;

/// <summary>How one method of a grain is called: once, or again while something behind the gateway is away. Made once for each
/// method.</summary>
internal abstract class GrainCall(MethodInfo method)
{
    private static readonly ConcurrentDictionary<MethodInfo, GrainCall> Known = new();

    private readonly bool _isRepeatable =
        method.GetCustomAttribute<CannotBeRepeatedAttribute>() is null && method.GetCustomAttribute<OneWayAttribute>() is null;

    /// <summary>How long one answer is waited for, where the method says so itself.</summary>
    private readonly TimeSpan? _responseTimeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;

    public static GrainCall Of(MethodInfo method) => Known.GetOrAdd(method, static made =>
    {
        var kind = made.ReturnType.IsGenericType ? typeof(WithResult<>).MakeGenericType(made.ReturnType.GenericTypeArguments) : typeof(WithoutResult);
        return (GrainCall)Activator.CreateInstance(kind, made)!;
    });

    /// <returns>A task of the method's own type.</returns>
    public abstract Task Send(IGrainWithStringKey grain, object?[]? arguments, CallPatience patience);

    private Task Once(IGrainWithStringKey grain, object?[]? arguments) =>
        (Task)method.Invoke(grain, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!;

    private sealed class WithResult<T>(MethodInfo method) : GrainCall(method)
    {
        public override Task Send(IGrainWithStringKey grain, object?[]? arguments, CallPatience patience) =>
            _isRepeatable ? patience.RepeatAsync(() => (Task<T>)Once(grain, arguments), _responseTimeout) : Once(grain, arguments);
    }

    private sealed class WithoutResult(MethodInfo method) : GrainCall(method)
    {
        public override Task Send(IGrainWithStringKey grain, object?[]? arguments, CallPatience patience)
        {
            return _isRepeatable ? patience.RepeatAsync(OnceAsync, _responseTimeout) : Once(grain, arguments);

            async Task<bool> OnceAsync()
            {
                await Once(grain, arguments);
                return true;
            }
        }
    }
}
