using FheOrleans.Hosting;
using FheOrleans.Silo.Hosting;
using FheOrleans.Silo.Options;

// One program, four ways to run: a node with everything in one process, a silo of a cluster, what makes a cluster ready for both, and the way
// from the one to the other.
var help = string.Join('\n', NodeArguments.Help, SiloArguments.Help, PrepareArguments.Help, ImportArguments.Help);
var named = args.Select(argument => argument.Split('=')[0]).ToHashSet();

if (named.Contains(PrepareArguments.Name)) return await ConsoleProgram.RunAsync(args, help, PrepareArguments.Read, Preparation.RunAsync);
if (named.Contains(ImportArguments.Name)) return await ConsoleProgram.RunAsync(args, help, ImportArguments.Read, NodeImport.RunAsync);
return named.Overlaps(["--secrets", "--cluster", "--silo"])
    ? await ConsoleProgram.RunAsync(args, help, SiloArguments.Read, ClusterSilo.RunAsync)
    : await ConsoleProgram.RunAsync(args, help, NodeArguments.Read, Node.RunAsync);
