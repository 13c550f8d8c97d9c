namespace FheOrleans.Hosting;

/// <summary>A process cannot start; the message is for its operator: what was found, and what to do.</summary>
/// <param name="message">One or two sentences, without a secret.</param>
/// <param name="inner">What was underneath; null where nothing was.</param>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
