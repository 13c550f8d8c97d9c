namespace Orleans.Runtime;

/// <summary>The base of what the host itself reports; a grain's own exceptions reach the caller as they are.</summary>
public class OrleansException : Exception
{
    /// <summary>Without particulars.</summary>
    public OrleansException()
    {
    }

    /// <summary>With a message.</summary>
    /// <param name="message">What happened.</param>
    public OrleansException(string message) : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public OrleansException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}

/// <summary>The host does not take the call: it is stopping. A later call to a started host may succeed.</summary>
/// <param name="message">What happened.</param>
public sealed class OrleansMessageRejectionException(string message) : OrleansException(message);

/// <summary>The observer that was called is gone.</summary>
/// <param name="message">What happened.</param>
public sealed class ClientNotAvailableException(string message) : OrleansException(message);
