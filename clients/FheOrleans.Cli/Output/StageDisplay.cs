using FheOrleans.Client.Forecasts;
using Spectre.Console;

namespace FheOrleans.Cli;

/// <summary>Shows how far the stages are: bars on a terminal, a line at the start and the end of each stage in a pipe.</summary>
internal static class StageDisplay
{
    public static string NameOf(ForecastStage stage) => stage switch
    {
        ForecastStage.Train => "Training in the clear",
        ForecastStage.KeyGeneration => "Making keys",
        ForecastStage.SendKeys => "Sending keys",
        ForecastStage.Encrypt => "Encrypting",
        ForecastStage.Upload => "Uploading",
        ForecastStage.Evaluate => "Computing on ciphertexts",
        ForecastStage.Push => "Receiving results",
        _ => "Decrypting",
    };

    /// <summary>Runs work while its stages are shown.</summary>
    public static async Task<T> RunAsync<T>(FarmConsole console, Func<IProgress<StageProgress>, Task<T>> work)
    {
        if (!console.IsTerminal) return await work(new Lines(console));
        return await console.Ansi.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new ElapsedTimeColumn())
            .StartAsync(context => work(new Bars(context)));
    }

    private sealed class Bars(ProgressContext context) : IProgress<StageProgress>
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<(ForecastStage, string), ProgressTask> _tasks = [];

        public void Report(StageProgress value)
        {
            lock (_gate)
            {
                var key = (value.Stage, value.Detail);
                if (!_tasks.TryGetValue(key, out var task))
                    _tasks[key] = task = context.AddTask(Markup.Escape($"{NameOf(value.Stage)} ({value.Detail})"), maxValue: value.Total);
                task.MaxValue = value.Total;
                task.Value = value.Done;
                if (value.Done >= value.Total) task.StopTask();
            }
        }
    }

    private sealed class Lines(FarmConsole console) : IProgress<StageProgress>
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<(ForecastStage, string), long> _quarters = [];

        public void Report(StageProgress value)
        {
            lock (_gate)
            {
                // A line for each quarter: enough to see that it goes on, few enough for a log.
                var key = (value.Stage, value.Detail);
                var quarter = 4 * value.Done / Math.Max(1, value.Total);
                if (_quarters.TryGetValue(key, out var last) && quarter <= last) return;
                _quarters[key] = quarter;
                console.Line($"{NameOf(value.Stage)}: {value.Done} of {value.Total} {value.Detail}");
            }
        }
    }
}
