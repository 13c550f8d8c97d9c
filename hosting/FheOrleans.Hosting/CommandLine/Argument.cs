namespace FheOrleans.Hosting;

/// <summary>One option of a command line.</summary>
/// <typeparam name="TOptions">What the command line says; immutable.</typeparam>
/// <param name="Name">Its name with the dashes: <c>--data</c>.</param>
/// <param name="Value">What stands for its value in the help; null for one without a value.</param>
/// <param name="Meaning">What it does, with its default in parentheses, for the help.</param>
/// <param name="Apply">Takes the value into the options; throws <see cref="FormatException"/> for one it cannot read.</param>
public sealed record Argument<TOptions>(string Name, string? Value, string Meaning, Func<TOptions, string, TOptions> Apply);
