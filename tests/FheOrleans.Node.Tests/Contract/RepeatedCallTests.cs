using System.Reflection;
using FheOrleans.Gateway;
using FheOrleans.Gateway.Calls;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Node.Tests.Contract;

/// <summary>Calls of grains that fail because something is away are made again; errors that grains give on purpose are answers.</summary>
public sealed class RepeatedCallTests : IDisposable
{
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly HttpContextAccessor _http = new();
    private readonly SiloLosses _losses = new();

    [Fact]
    public async Task Call_SiloAwayForAMoment_IsMadeAgainUntilItIsAnswered()
    {
        var answers = new Queue<Func<object>>([Fails(new OrleansException("gone")), Fails(new TimeoutException()), Fails(new StorageException("away", isTransient: true)), () => true]);

        Assert.True(await Owner(answers).ReadIsThereAsync());

        Assert.Empty(answers);
    }

    [Fact]
    public async Task Call_RefusedByItsGrain_IsNotMadeAgain()
    {
        var answers = new Queue<Func<object>>([Fails(new NotFoundException("data owner", "hill")), () => true]);

        await Assert.ThrowsAsync<NotFoundException>(() => Owner(answers).ReadIsThereAsync());

        Assert.Single(answers);
    }

    [Fact]
    public async Task Call_ThatCannotBeRepeated_IsMadeOnce()
    {
        var answers = new Queue<Func<object>>([Fails(new OrleansException("gone")), () => Task.CompletedTask]);
        var member = Calls<IMemberGrain>(answers, new()).GetGrain<IMemberGrain>("vale/hill");

        await Assert.ThrowsAsync<OrleansException>(() => member.RevokeTokenAsync("a"));

        Assert.Single(answers);
    }

    [Fact]
    public async Task Call_AwayForLongerThanItsRequestHasPatience_Fails()
    {
        var answers = new Queue<Func<object>>(Enumerable.Repeat(Fails(new OrleansException("gone")), 1000));
        var options = new GatewayOptions { CallPatience = TimeSpan.FromMilliseconds(300) };
        _http.HttpContext = new DefaultHttpContext();
        var calls = Calls<IDataOwnerGrain>(answers, options);
        await Assert.ThrowsAsync<OrleansException>(() => calls.GetGrain<IDataOwnerGrain>("vale/hill").ReadIsThereAsync());
        var left = answers.Count;

        // The request has used its patience up: its next call is not repeated.
        await Assert.ThrowsAsync<OrleansException>(() => calls.GetGrain<IDataOwnerGrain>("vale/hill").ReadIsThereAsync());

        Assert.InRange(left, 900, 998);
        Assert.Equal(left - 1, answers.Count);
    }

    [Fact]
    public async Task Call_SiloLostBeforeItAnswers_IsMadeAgainAtOnce()
    {
        var (never, asked) = (new TaskCompletionSource<bool>(), new TaskCompletionSource());
        var answers = new Queue<Func<object>>([() => { asked.SetResult(); return never.Task.Result; }, () => true]);
        var answer = Owner(answers).ReadIsThereAsync();
        await asked.Task;

        _losses.Announce();

        Assert.True(await answer);
        never.SetResult(false);
    }

    [Fact]
    public async Task Call_SiloLostAndNoPatienceLeft_FailsAsOneWithoutAnAnswer()
    {
        var (never, asked) = (new TaskCompletionSource<bool>(), new TaskCompletionSource());
        var calls = Calls<IDataOwnerGrain>(new([() => { asked.SetResult(); return never.Task.Result; }]), new GatewayOptions { CallPatience = TimeSpan.FromTicks(1) });
        var answer = calls.GetGrain<IDataOwnerGrain>("vale/hill").ReadIsThereAsync();
        await asked.Task;

        _losses.Announce();

        await Assert.ThrowsAsync<TimeoutException>(() => answer);
        never.SetResult(false);
    }

    [Fact]
    public async Task Call_GatewayIsStopping_IsNotMadeAgain()
    {
        var answers = new Queue<Func<object>>([Fails(new OrleansException("stopping")), () => true]);
        _lifetime.StopApplication();

        await Assert.ThrowsAsync<OrleansException>(() => Owner(answers).ReadIsThereAsync());

        Assert.Single(answers);
    }

    [Fact]
    public async Task Call_ClientHasGone_IsNotMadeAgain()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        _http.HttpContext = new DefaultHttpContext { RequestAborted = gone.Token };
        var answers = new Queue<Func<object>>([Fails(new OrleansException("gone")), () => true]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Owner(answers).ReadIsThereAsync());

        Assert.Single(answers);
    }

    [Fact]
    public void Grains_MethodsThatMakeSomethingWithoutANameOfTheCallers_CannotBeRepeated()
    {
        var once = typeof(IMemberGrain).Assembly.GetTypes().Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrainWithStringKey)))
            .SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(CannotBeRepeatedAttribute))).Select(method => $"{method.DeclaringType!.Name}.{method.Name}");

        Assert.Equal(["IMemberGrain.RevokeTokenAsync", "IOperatorGrain.RevokeTokenAsync", "ITenantGrain.RedeemAsync"], once.Order(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        _lifetime.StopApplication();
        _losses.Dispose();
    }

    private static Func<object> Fails(Exception fault) => () => throw fault;

    private IDataOwnerGrain Owner(Queue<Func<object>> answers) => Calls<IDataOwnerGrain>(answers, new()).GetGrain<IDataOwnerGrain>("vale/hill");

    private GrainCalls Calls<TGrain>(Queue<Func<object>> answers, GatewayOptions options)
        where TGrain : class, IGrainWithStringKey =>
        new(Factory.Of(Scripted.Over<TGrain>(answers)), new(options, _http, _lifetime, _losses, TimeProvider.System, NullLogger<CallPatience>.Instance));

    /// <summary>Answers calls one after the other as a test says.</summary>
#pragma warning disable CA1852 // The runtime makes a subclass.
    private class Scripted : DispatchProxy
#pragma warning restore CA1852
    {
        private Queue<Func<object>> _answers = null!;

        public static TGrain Over<TGrain>(Queue<Func<object>> answers)
            where TGrain : class
        {
            var grain = Create<TGrain, Scripted>();
            ((Scripted)(object)grain)._answers = answers;
            return grain;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = _answers.Dequeue();
            return targetMethod!.ReturnType == typeof(Task) ? DoAsync() : ReadAsync();

            async Task DoAsync()
            {
                await Task.Yield();
                answer();
            }

            async Task<bool> ReadAsync()
            {
                await Task.Yield();
                return (bool)answer();
            }
        }
    }

    /// <summary>Knows one grain.</summary>
#pragma warning disable CA1852 // The runtime makes a subclass.
    private class Factory : DispatchProxy
#pragma warning restore CA1852
    {
        private object _grain = null!;

        public static IGrainFactory Of(object grain)
        {
            var grains = Create<IGrainFactory, Factory>();
            ((Factory)(object)grains)._grain = grain;
            return grains;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IGrainFactory.GetGrain) ? _grain : throw new NotSupportedException(targetMethod.Name);
    }
}
