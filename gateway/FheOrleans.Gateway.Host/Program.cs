using FheOrleans.Gateway.Host.Hosting;
using FheOrleans.Gateway.Host.Options;
using FheOrleans.Hosting;

return await ConsoleProgram.RunAsync(args, GatewayArguments.Help, GatewayArguments.Read, GatewayHost.RunAsync);
