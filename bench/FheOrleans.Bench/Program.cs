// dotnet run -c Release --project bench/FheOrleans.Bench -- quick --json
// dotnet run -c Release --project bench/FheOrleans.Bench -- live
// dotnet run -c Release --project bench/FheOrleans.Bench -- forms
// dotnet run -c Release --project bench/FheOrleans.Bench -- engine --filter '*Engine*'
using BenchmarkDotNet.Running;
using FheOrleans.Bench;
using FheOrleans.Bench.Benchmarks;

switch (args)
{
    case ["quick"] or ["quick", "--json"]:
        var report = new Report([.. Setting.All.Select(QuickRun.Measure)]);
        Console.WriteLine(args.Length == 2 ? report.ToJson().ToJsonString() : report.ToTable());
        return 0;
    case ["live"]:
        Console.WriteLine(LiveRun.Measure().ToJsonString());
        return 0;
    case ["forms"]:
        Console.WriteLine(FormsRun.Measure().ToJsonString(new() { WriteIndented = true }));
        return 0;
    case ["kernels", .. var options]:
        return Run<KernelBenchmarks>(options);
    case ["engine", .. var options]:
        return Run<EngineBenchmarks>(options);
    case ["networks", .. var options]:
        return Run<NetworkBenchmarks>(options);
    default:
        Console.Error.WriteLine("""
            Usage: FheOrleans.Bench quick [--json]
                   FheOrleans.Bench live
                   FheOrleans.Bench forms
                   FheOrleans.Bench kernels|engine|networks [--filter '*Name*' and other options of BenchmarkDotNet]

            quick times every operation of the engine on one thread, and node-seal's beside it where Node.js and
            clients/seal-client/node_modules are there, in under a minute. --json: one JSON object as the last line.
            live: one new week of a live forecast beside the whole window, in some seconds.
            forms: every form of the paper's circuit on its test set, times and errors beside the predicted ones, in half a minute.
            The others take minutes: transforms and loops on single limbs; operations on ciphertexts, which are made
            of those; compiled networks, which are made of operations.
            """);
        return 2;
}

static int Run<TBenchmarks>(string[] options)
{
    string[] all = options.Contains("--filter") || options.Contains("-f") ? options : [.. options, "--filter", "*"];
    return BenchmarkSwitcher.FromTypes([typeof(TBenchmarks)]).Run(all, BenchmarkSettings.Create()).Any() ? 0 : 1;
}
