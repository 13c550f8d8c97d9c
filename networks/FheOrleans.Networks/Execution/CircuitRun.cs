using System.Runtime.ExceptionServices;
using FheOrleans.Ckks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>
/// One run of a circuit on ciphertexts at a time, by the calling thread and as many helpers as it may have. Its arrays serve run after run.
/// </summary>
/// <remarks>
/// Instructions are units of work of 0.02 to 2 ms. The calling thread works until nothing is left to do. A helper is a task on the caller's
/// scheduler, started when more instructions can run than threads are at it, and ended when it finds none: it never blocks a thread of the
/// scheduler, and a scheduler that is busy with other jobs simply gives none. Results do not depend on who ran what: arithmetic modulo
/// primes is exact, and every order that the graph allows gives the same words.
/// </remarks>
internal sealed partial class CircuitRun
{
    /// <summary>How many times at most progress is told: often enough for a bar, seldom enough to cost nothing.</summary>
    private const int ProgressSteps = 100;

    private readonly object _gate = new();
    private readonly Circuit _circuit;
    private readonly InstructionGraph _graph;
    private readonly InstructionRunner _runner;
    private readonly Registers _registers;
    private ExceptionDispatchInfo? _failure;
    private CancellationToken _cancellation;
    private IReadOnlyList<Ciphertext> _inputs = [];
    private int _helpers;

    public CircuitRun(Circuit circuit, InstructionRunner runner, CiphertextPool pool)
    {
        (_circuit, _graph, _runner) = (circuit, circuit.Graph, runner);
        _registers = new Registers(circuit, pool);
        var count = circuit.Instructions.Length;
        (_waiting, _done, _ready) = (new int[count], new bool[count], new PriorityQueue<int, int>(count));
    }

    /// <summary>Runs the circuit.</summary>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="threads">The calling thread, and who may help it.</param>
    /// <param name="cancellation">Checked before every instruction.</param>
    /// <param name="progress">Told the part done by the calling thread.</param>
    /// <returns>The results, then what the circuit keeps.</returns>
    public Ciphertext[] Run(IReadOnlyList<Ciphertext> inputs, RunThreads threads, CancellationToken cancellation, IProgress<double>? progress)
    {
        var visit = new Visit(this, threads);
        (_inputs, _cancellation, _failure, _helpers) = (inputs, cancellation, null, 0);
        _registers.Prepare();
        PrepareOrder();
        try
        {
            Work(visit, progress);
            _failure?.Throw();
            return _registers.TakeResults();
        }
        finally
        {
            _inputs = [];
            _registers.Clear();
        }
    }

    /// <summary>The calling thread's part: until everything is done, or something failed and nobody is at work any more.</summary>
    private void Work(Visit visit, IProgress<double>? progress)
    {
        var reported = 0;
        Monitor.Enter(_gate);
        try
        {
            while (_left > 0 && (_failure is null || _running > 0))
            {
                var next = TakeNext();
                if (next < 0) Monitor.Wait(_gate);
                else RunOne(visit, next);
                Report(progress, ref reported);
            }
        }
        finally
        {
            visit.IsOver = true;
            Monitor.Exit(_gate);
        }
    }

    /// <summary>A helper's part: until it finds nothing to do.</summary>
    private void Help(Visit visit)
    {
        lock (_gate)
        {
            // It may come late, when the run is over and these arrays serve another.
            if (visit.IsOver) return;
            for (var next = TakeNext(); next >= 0; next = TakeNext()) RunOne(visit, next);
            _helpers--;
        }
    }

    /// <summary>Runs an instruction that was taken, outside the gate that is held before and after.</summary>
    private void RunOne(Visit visit, int instruction)
    {
        CallHelp(visit);
        Monitor.Exit(_gate);
        ExceptionDispatchInfo? failure = null;
        try
        {
            _cancellation.ThrowIfCancellationRequested();
            _runner.Run(_circuit.Instructions[instruction], _graph.Reads[instruction], _registers, _inputs);
        }
        catch (Exception error)
        {
            // Whatever it is, it is thrown by the calling thread once all are done.
            failure = ExceptionDispatchInfo.Capture(error);
        }
        Monitor.Enter(_gate);
        _failure ??= failure;
        Finish(instruction);
        Monitor.PulseAll(_gate);
    }

    /// <summary>Starts a helper if there is work for one more.</summary>
    private void CallHelp(Visit visit)
    {
        if (_helpers + 1 >= visit.Threads.Maximum || !HasNext()) return;
        try
        {
            _ = Task.Factory.StartNew(
                static state => ((Visit)state!).Run.Help((Visit)state),
                visit,
                CancellationToken.None,
                TaskCreationOptions.DenyChildAttach,
                visit.Threads.Scheduler);
            _helpers++;
        }
        catch (Exception none) when (none is TaskSchedulerException or OutOfMemoryException)
        {
            // A scheduler that takes no more work, because its host stops, gives no helpers, nor does a full heap: that is no reason to
            // fail. The instruction that was taken is run all the same: were it not, whoever waits for it would wait for ever.
        }
    }

    /// <summary>Tells progress, outside the gate that is held before and after: helpers go on whatever the listener does.</summary>
    private void Report(IProgress<double>? progress, ref int reported)
    {
        var step = (int)((_done.Length - _left) * (long)ProgressSteps / _done.Length);
        if (progress is null || step == reported || _failure is not null) return;
        reported = step;
        Monitor.Exit(_gate);
        ExceptionDispatchInfo? failure = null;
        try
        {
            progress.Report((double)step / ProgressSteps);
        }
        catch (Exception error)
        {
            // The run stops, but helpers still at work must come to an end first.
            failure = ExceptionDispatchInfo.Capture(error);
        }
        Monitor.Enter(_gate);
        _failure ??= failure;
    }

    /// <summary>What the helpers of one run hold: so that one that comes late knows.</summary>
    private sealed class Visit(CircuitRun run, RunThreads threads)
    {
        public CircuitRun Run { get; } = run;

        public RunThreads Threads { get; } = threads;

        public bool IsOver { get; set; }
    }
}
