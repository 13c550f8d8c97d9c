using FheOrleans.Hosting;
using FheOrleans.Silo.Hosting;
using FheOrleans.Silo.Options;

return await ConsoleProgram.RunAsync(args, NodeArguments.Help, NodeArguments.Read, Node.RunAsync);
