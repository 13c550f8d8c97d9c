using System.Net;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

/// <summary>Something went wrong between this client and a node. The message says what a person can do about it.</summary>
public abstract class NodeException : Exception
{
    private protected NodeException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>Whether the same request may succeed when it is sent again later.</summary>
    public abstract bool IsTransient { get; }
}

/// <summary>The node could not be reached, or the connection to it broke.</summary>
public sealed class NodeUnreachableException : NodeException
{
    /// <summary>Makes one.</summary>
    /// <param name="url">The address tried.</param>
    /// <param name="reason">What the network said.</param>
    /// <param name="inner">The network's own exception.</param>
    public NodeUnreachableException(Uri url, string reason, Exception? inner)
        : base(
            $"The node at {url} cannot be reached: {reason} Check that it is running and that the address and port are the ones it printed.",
            inner) => Url = url;

    /// <summary>The address tried.</summary>
    public Uri Url { get; }

    /// <summary>Whether the request may have arrived; false when there was no connection to send it over.</summary>
    public bool WasSent { get; init; } = true;

    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>Whatever answered at the node's address has another certificate than the pinned one. Nothing was sent to it.</summary>
public sealed class CertificateMismatchException : NodeException
{
    /// <summary>Makes one.</summary>
    /// <param name="expected">The pinned SHA-256, hexadecimal.</param>
    /// <param name="found">The SHA-256 of the certificate that was offered, hexadecimal; "none" when none was.</param>
    public CertificateMismatchException(string expected, string found)
        : base(
            $"The node's certificate has SHA-256 {found}, expected {expected}. Either the node made a new certificate (ask its operator for the " +
            "new value) or something else answers at its address; nothing was sent.",
            null)
    {
        Expected = expected;
        Found = found;
    }

    /// <summary>The pinned SHA-256, hexadecimal.</summary>
    public string Expected { get; }

    /// <summary>The SHA-256 of the certificate that was offered, hexadecimal.</summary>
    public string Found { get; }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The node understood the request and refused it, and said why.</summary>
public sealed class NodeRefusedException : NodeException
{
    /// <summary>Makes one from the node's answer.</summary>
    /// <param name="problem">The problem it answered with.</param>
    /// <param name="retryAfter">When the node says to try again; null when it does not.</param>
    public NodeRefusedException(ProblemBody problem, TimeSpan? retryAfter = null)
        : base(Describe(problem), null)
    {
        Status = (HttpStatusCode)problem.Status;
        Type = problem.Type;
        Detail = problem.Detail;
        Found = problem.Found;
        Expected = problem.Expected;
        RetryAfter = retryAfter;
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>One of <see cref="ProblemTypes"/>.</summary>
    public string Type { get; }

    /// <summary>What happened and what to do, in the node's words.</summary>
    public string Detail { get; }

    /// <summary>What was found; null where there is nothing to compare.</summary>
    public string? Found { get; }

    /// <summary>What was expected; null where there is nothing to compare.</summary>
    public string? Expected { get; }

    /// <summary>When the node says to try again; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <inheritdoc/>
    public override bool IsTransient => Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests;

    private static string Describe(ProblemBody problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var found = problem.Found is null ? "" : $" Found: {problem.Found}.";
        var expected = problem.Expected is null ? "" : $" Expected: {problem.Expected}.";
        return $"The node refused ({problem.Status}, {problem.Title}): {problem.Detail}{found}{expected}";
    }
}

/// <summary>
/// The node answered with something that is not in its contract: client and node are of different versions, or it is no node.
/// </summary>
public sealed class NodeAnswerException : NodeException
{
    /// <summary>Makes one.</summary>
    /// <param name="url">The address.</param>
    /// <param name="found">What was found, without any of the answer's content.</param>
    /// <param name="inner">The reader's own exception.</param>
    public NodeAnswerException(Uri url, string found, Exception? inner)
        : base($"The answer of {url} is not a node's: {found} Check the address, and that client and node are of the same version.", inner)
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}
