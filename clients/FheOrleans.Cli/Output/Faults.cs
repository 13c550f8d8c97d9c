using FheOrleans.Ckks;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Networks;
using FheOrleans.Networks.Training;

namespace FheOrleans.Cli;

/// <summary>Turns an exception into one sentence with its remedy, and into an exit code.</summary>
internal static class Faults
{
    public const int Success = 0, Failure = 1, Usage = 2;

    public static int CodeOf(Exception fault) => fault is UsageException or ColumnMappingException ? Usage : Failure;

    public static string Describe(Exception fault) => fault switch
    {
        OperationCanceledException => "Stopped before it was finished. What an upload sent is kept: the same command goes on from there.",
        HerdException or VaultException or FarmHomeException or ForecastException or NodeException or NodeProcessException or UsageException
            or CkksException or NetworkFormatException or TrainingDivergedException => fault.Message,
        FileNotFoundException { FileName: { } file } => $"There is no file '{file}'. Check the path.",
        DirectoryNotFoundException or UnauthorizedAccessException or IOException => $"{fault.Message} Check the path and its permissions.",
        ArgumentException => fault.Message,
        _ => $"Something unexpected happened ({fault.GetType().Name}). Run the command again with --verbose for the details, and report them.",
    };
}

/// <summary>The command line is understood and cannot be carried out as it is.</summary>
/// <param name="message">What is wrong and what to do.</param>
internal sealed class UsageException(string message) : Exception(message);
