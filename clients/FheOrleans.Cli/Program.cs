using FheOrleans.Cli;

return await Farm.RunAsync(args, FarmConsole.OfProcess(), CancellationToken.None);
