using FheOrleans.Gateway.Host.Hosting;
using FheOrleans.Gateway.Host.Options;
using FheOrleans.Hosting;

// One program, two ways to run: a gateway of a cluster, and the way back for an operator who has lost every token.
var help = string.Join('\n', GatewayArguments.Help, OperatorRenewalArguments.Help);

return args.Any(argument => argument.Split('=')[0] == OperatorRenewalArguments.Name)
    ? await ConsoleProgram.RunAsync(args, help, OperatorRenewalArguments.Read, OperatorRenewal.RunAsync)
    : await ConsoleProgram.RunAsync(args, help, GatewayArguments.Read, GatewayHost.RunAsync);
