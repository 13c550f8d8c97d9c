using System.Numerics;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using FheOrleans.Networks.Tests.Support;

namespace FheOrleans.Networks.Tests.Contract;

/// <summary>What the runner asks of keys and inputs, and how it can be used.</summary>
public sealed class CkksCircuitRunnerTests : IDisposable
{
    private static readonly CompiledCircuit Series = CircuitCompiler.Compile(PaperNetwork.Create(6, 2, seed: 2), new CompilerOptions());

    private readonly EncryptedRun _owner = new(Series);

    public void Dispose() => _owner.Dispose();

    [Fact]
    public void Constructor_OtherParameters_Throws()
    {
        var error = Assert.Throws<CircuitInputException>(() => new CkksCircuitRunner(Series, CkksParameters.Create(8192, 50, 40, 40, 50)));
        Assert.Equal("parameters", error.What);
    }

    [Fact]
    public void Constructor_KeysMissing_Throws()
    {
        using var secret = SecretKey.Generate(_owner.Parameters);
        var oneStep = new KeyGenerator(secret).CreateGaloisKeys([1]);
        Assert.Equal("relinearization keys", Assert.Throws<CircuitInputException>(() => new CkksCircuitRunner(Series, _owner.Parameters, null, _owner.GaloisKeys)).What);
        Assert.Equal("Galois keys", Assert.Throws<CircuitInputException>(() => new CkksCircuitRunner(Series, _owner.Parameters, _owner.RelinearizationKeys)).What);

        var wide = CircuitCompiler.Compile(PaperNetwork.Create(), new CompilerOptions());
        Assert.Equal(_owner.Parameters, wide.Plan.CreateParameters());
        var error = Assert.Throws<CircuitInputException>(() => new CkksCircuitRunner(wide, _owner.Parameters, _owner.RelinearizationKeys, oneStep));
        Assert.Contains("step 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_InputNotAsPlanned_Throws()
    {
        var plan = Series.Plan;
        var good = _owner.Encrypt(new Complex[plan.SlotCount]);
        var evaluator = new Evaluator(_owner.Parameters);
        Assert.Equal("inputs", Assert.Throws<CircuitInputException>(() => _owner.Runner.Run([good])).What);
        AssertRefused([good, evaluator.DropLevel(good, plan.InputLevel - 1)], "level");
        AssertRefused([good, good.WithScale(plan.InputScale * 2)], "scale");
        AssertRefused([good, evaluator.Multiply(good, good)], "size");

        using var secret = SecretKey.Generate(CkksParameters.Create(8192, 50, 40, 40, 40, 40));
        var other = new SymmetricEncryptor(secret).Encrypt(new CkksEncoder(secret.Parameters).Encode(new double[4096], plan.InputScale, plan.InputLevel));
        AssertRefused([good, other], "parameters");
    }

    [Fact]
    public void Run_Cancelled_Throws()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var input = _owner.Encrypt(new Complex[Series.Plan.SlotCount]);
        Assert.ThrowsAny<OperationCanceledException>(() => _owner.Runner.Run([input, input], source.Token));
    }

    [Fact]
    public void Run_Progress_RisesToOne()
    {
        var told = new List<double>();
        var input = _owner.Encrypt(new Complex[Series.Plan.SlotCount]);
        _owner.Runner.Run([input, input], CancellationToken.None, new Listener(told.Add));
        Assert.Equal(told.Order(), told);
        Assert.Equal(1, told[^1]);
        Assert.InRange(told.Count, 1, 100);
    }

    [Fact]
    public void Run_ListenerIsSlow_HelpersGoOn()
    {
        // The listener waits until a helper has come to the third input it asks for: it cannot, unless it may finish those before.
        var circuit = CircuitCompiler.Compile(PaperNetwork.Create(6, 2, seed: 2), new CompilerOptions { Form = CircuitForm.Herd });
        using var owner = new EncryptedRun(circuit);
        var input = owner.Encrypt(new Complex[circuit.Plan.SlotCount]);
        var caller = Environment.CurrentManagedThreadId;
        using var helped = new CountdownEvent(3);
        var inputs = new WatchedList([.. Enumerable.Repeat(input, circuit.Plan.InputCiphertexts)], _ =>
        {
            if (Environment.CurrentManagedThreadId != caller && !helped.IsSet) helped.Signal();
        });
        var listener = new Listener(_ => Assert.True(helped.Wait(TimeSpan.FromSeconds(30)), "No helper went on while the listener was told."));
        Assert.Single(owner.Runner.Run(inputs, CancellationToken.None, listener, new RunThreads(2, TaskScheduler.Default)));
    }

    [Fact]
    public void Run_ListenerFails_ThrowsWhatItThrewAndRunsAgain()
    {
        var input = _owner.Encrypt(new Complex[Series.Plan.SlotCount]);
        var listener = new Listener(_ => throw new FormatException("listener"));
        var threads = new RunThreads(3, TaskScheduler.Default);
        Assert.Throws<FormatException>(() => _owner.Runner.Run([input, input], CancellationToken.None, listener, threads));
        Assert.Single(_owner.Runner.Run([input, input], threads: threads));
    }

    [Fact]
    public void Run_LiveCircuit_SaysWhatToUse()
    {
        var circuit = CircuitCompiler.Compile(PaperNetwork.Create(6, 2, seed: 2), new CompilerOptions { Form = CircuitForm.Live });
        using var owner = new EncryptedRun(circuit);
        var input = owner.Encrypt(new Complex[circuit.Plan.SlotCount]);
        var error = Assert.Throws<CircuitInputException>(() => owner.Runner.Run([input, input]));
        Assert.Equal("form", error.What);
        Assert.Contains(nameof(LiveCircuitRunner), error.Message, StringComparison.Ordinal);
        var clear = Assert.Throws<CircuitInputException>(() => new ClearCircuitRunner(circuit).Run([new Complex[4096], new Complex[4096]]));
        Assert.Contains(nameof(ClearLiveRunner), clear.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OnTwoThreads_GivesTheSameBothTimes()
    {
        var windows = Herds.Walks(8, 2, 6, 100);
        Ciphertext[] inputs = [.. new WindowPacker(Series.Plan, windows).Pack(0).Select(_owner.Encrypt)];
        var results = new Complex[4][];
        Parallel.For(0, results.Length, i => results[i] = _owner.Decrypt(_owner.Runner.Run(inputs)[0]));
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Theory]
    [InlineData("series")]
    [InlineData("polyphase-4-complex")]
    [InlineData("herd-keyless")]
    public void Run_WithHelpers_GivesTheSameWords(string form)
    {
        var circuit = CircuitCompiler.Compile(PaperNetwork.Create(6, 2, seed: 2), new CompilerOptions { Form = CircuitForm.Parse(form) });
        using var owner = new EncryptedRun(circuit);
        Ciphertext[] inputs = [.. new WindowPacker(circuit.Plan, Herds.Walks(8, 2, 6, 100)).Pack(0).Select(owner.Encrypt)];
        var alone = owner.Runner.Run(inputs);
        foreach (var threads in new[] { 2, 5 })
        {
            var together = owner.Runner.Run(inputs, threads: new RunThreads(threads, TaskScheduler.Default));
            Assert.Equal(alone.Select(result => SealWriter.Write(result)), together.Select(result => SealWriter.Write(result)));
        }
    }

    [Fact]
    public void Run_HelpersThatNeverCome_DoesTheWorkItself()
    {
        var scheduler = new DeafScheduler();
        var input = _owner.Encrypt(new Complex[Series.Plan.SlotCount]);
        var alone = _owner.Runner.Run([input, input]);
        Assert.Equal(SealWriter.Write(alone[0]), SealWriter.Write(_owner.Runner.Run([input, input], threads: new RunThreads(3, scheduler))[0]));

        // Those that come when the run is over find nothing to do, whatever runs by then.
        Assert.NotEqual(0, scheduler.RunAll());
        Assert.Equal(SealWriter.Write(alone[0]), SealWriter.Write(_owner.Runner.Run([input, input])[0]));
    }

    [Fact]
    public void Run_SchedulerThatTakesNoWork_DoesTheWorkItself()
    {
        var input = _owner.Encrypt(new Complex[Series.Plan.SlotCount]);
        var alone = _owner.Runner.Run([input, input]);
        var refused = _owner.Runner.Run([input, input], threads: new RunThreads(3, new DeafScheduler(isClosed: true)));
        Assert.Equal(SealWriter.Write(alone[0]), SealWriter.Write(refused[0]));
    }

    [Fact]
    public void Run_HelperFails_ThrowsWhatItThrew()
    {
        var good = _owner.Encrypt(new Complex[Series.Plan.SlotCount]);
        var bad = good.WithScale(Series.Plan.InputScale * 2);
        for (var i = 0; i < 5; i++)
        {
            var error = Assert.Throws<CircuitInputException>(() => _owner.Runner.Run([good, bad], threads: new RunThreads(4, TaskScheduler.Default)));
            Assert.Equal("input 1", error.What);
        }
        Assert.Single(_owner.Runner.Run([good, good]));
    }

    [Theory]
    [InlineData("series")]
    [InlineData("polyphase-2-complex")]
    [InlineData("herd")]
    public void Run_SteadyState_AllocatesItsResultsOnly(string form)
    {
        var circuit = CircuitCompiler.Compile(PaperNetwork.Create(6, 2, seed: 2), new CompilerOptions { Form = CircuitForm.Parse(form) });
        using var owner = new EncryptedRun(circuit);
        var plan = circuit.Plan;
        Ciphertext[] inputs = [.. Enumerable.Range(0, plan.InputCiphertexts).Select(_ => owner.Encrypt(new Complex[plan.SlotCount]))];
        for (var i = 0; i < 3; i++) owner.Runner.Run(inputs);
        var results = plan.Outputs * (plan.OutputLevel + 1) * plan.OutputSize * plan.PolynomialDegree * 8;
        // The least of several runs: a collection on behalf of others ends the thread's allocation block, and the rest of it counts as allocated.
        var allocated = Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            owner.Runner.Run(inputs);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.InRange(allocated - results, 0, 2048 * plan.Outputs);
    }

    [Fact]
    public void Constructor_PoolOfOtherParameters_Throws()
    {
        var pool = new CiphertextPool(CkksParameters.Create(8192, 50, 40, 40, 50));
        var error = Assert.Throws<CircuitInputException>(() => new CkksCircuitRunner(Series, _owner.Parameters, _owner.RelinearizationKeys, _owner.GaloisKeys, pool));
        Assert.Equal("pool", error.What);
    }

    [Fact]
    public void Pool_SharedByRunners_IsFilledOnce()
    {
        var pool = new CiphertextPool(_owner.Parameters);
        var input = _owner.Encrypt(new Complex[Series.Plan.SlotCount]);
        CkksCircuitRunner Runner() => new(Series, _owner.Parameters, _owner.RelinearizationKeys, _owner.GaloisKeys, pool);
        Runner().Run([input, input]);
        var held = pool.FreeBytes;
        Assert.InRange(held, 1, 2 * Series.Report.PeakBytes);
        Runner().Run([input, input]);
        Assert.Equal(held, pool.FreeBytes);
        pool.Clear();
        Assert.Equal(0, pool.FreeBytes);
    }

    [Theory, InlineData(0), InlineData(1 << 20)]
    public void Pool_Bounded_KeepsNoMoreAndGivesTheSame(long most)
    {
        var pool = new CiphertextPool(_owner.Parameters, most);
        var input = _owner.Encrypt(new Complex[Series.Plan.SlotCount]);
        var runner = new CkksCircuitRunner(Series, _owner.Parameters, _owner.RelinearizationKeys, _owner.GaloisKeys, pool);
        var expected = _owner.Runner.Run([input, input]).Select(result => SealWriter.Write(result));

        for (var round = 0; round < 2; round++) Assert.Equal(expected, runner.Run([input, input]).Select(result => SealWriter.Write(result)));

        Assert.InRange(pool.FreeBytes, 0, most);
    }

    [Fact]
    public void Make_WithoutMemory_GivesNothingBackThatWasNeverThere()
    {
        var pool = new CiphertextPool(_owner.Parameters);
        var registers = new Registers(Series.Program, pool);
        // More polynomials than a ciphertext may have: renting fails, as it does when there is no memory.
        var instruction = Series.Program.Instructions[0] with { Size = 1000 };

        Assert.Throws<CiphertextSizeException>(() => registers.Make(instruction));
        registers.Clear();

        Assert.Equal(0, pool.FreeBytes);
    }

    [Fact]
    public void Run_LazyInputs_AsksForEachOnce()
    {
        var asked = new int[2];
        var input = _owner.Encrypt(new Complex[Series.Plan.SlotCount]);
        _owner.Runner.Run(new WatchedList([input, input], index => asked[index]++));
        Assert.Equal([1, 1], asked);
    }

    private void AssertRefused(Ciphertext[] inputs, string found)
    {
        var error = Assert.Throws<CircuitInputException>(() => _owner.Runner.Run(inputs));
        Assert.Equal("input 1", error.What);
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
    }

    /// <summary>Takes tasks and runs them only when it is told to.</summary>
    private sealed class DeafScheduler(bool isClosed = false) : TaskScheduler
    {
        private readonly List<Task> _tasks = [];

        public int RunAll() => _tasks.Count(TryExecuteTask);

        protected override IEnumerable<Task> GetScheduledTasks() => _tasks;

        protected override void QueueTask(Task task)
        {
            if (isClosed) throw new InvalidOperationException("Closed.");
            _tasks.Add(task);
        }

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;
    }

    /// <summary>Does something each time it is told of progress.</summary>
    private sealed class Listener(Action<double> told) : IProgress<double>
    {
        public void Report(double value) => told(value);
    }

    /// <summary>Does something each time it is asked for an input.</summary>
    private sealed class WatchedList(Ciphertext[] items, Action<int> asked) : IReadOnlyList<Ciphertext>
    {
        public int Count => items.Length;

        public Ciphertext this[int index]
        {
            get
            {
                asked(index);
                return items[index];
            }
        }

        public IEnumerator<Ciphertext> GetEnumerator() => ((IEnumerable<Ciphertext>)items).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => items.GetEnumerator();
    }
}
