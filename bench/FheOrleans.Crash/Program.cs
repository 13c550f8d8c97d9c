// dotnet run --project bench/FheOrleans.Crash -- [kills] [seed]
using System.Globalization;
using FheOrleans.Node.Tests.Crash;

var kills = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
var seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : Random.Shared.Next();
Console.WriteLine($"seed {seed}");
try
{
    Console.WriteLine(await CrashRun.RunAsync(kills, seed, Console.WriteLine));
    return 0;
}
catch (CrashFinding finding)
{
    Console.WriteLine($"FOUND: {finding.Message}; seed {seed}");
    return 1;
}
