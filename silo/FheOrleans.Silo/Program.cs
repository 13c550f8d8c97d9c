using FheOrleans.Silo.Hosting;
using FheOrleans.Silo.Identity;
using FheOrleans.Silo.Options;

const int StartFailed = 1;
const int BadCommandLine = 2;

if (args.Contains("--help"))
{
    Console.Write(NodeArguments.Help);
    return 0;
}

var (options, faults) = NodeArguments.Read(args);
if (faults.Count > 0)
{
    foreach (var fault in faults) await Console.Error.WriteLineAsync(fault);
    await Console.Error.WriteLineAsync("--help lists every option.");
    return BadCommandLine;
}

try
{
    await Node.RunAsync(options);
    return 0;
}
catch (NodeStartException fault)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return StartFailed;
}
