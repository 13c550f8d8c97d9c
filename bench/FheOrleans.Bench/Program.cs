// dotnet run -c Release --project bench/FheOrleans.Bench -- quick --json
// dotnet run -c Release --project bench/FheOrleans.Bench -- live
using FheOrleans.Bench;

if (args is ["live"])
{
    Console.WriteLine(LiveRun.Measure().ToJsonString());
    return 0;
}
if (args is not (["quick"] or ["quick", "--json"]))
{
    Console.Error.WriteLine("""
        Usage: FheOrleans.Bench quick [--json]
               FheOrleans.Bench live

        Times every operation of the engine on one thread, and node-seal's beside it where Node.js and
        clients/seal-client/node_modules are there, in under a minute. --json: one JSON object as the last line.
        live: one new week of a live forecast beside the whole window, in some seconds.
        """);
    return 2;
}

var report = new Report([.. Setting.All.Select(QuickRun.Measure)]);
Console.WriteLine(args.Length == 2 ? report.ToJson().ToJsonString() : report.ToTable());
return 0;
