using System.Text.Json.Serialization;

namespace FheOrleans.Gateway.Contracts;

/// <summary>Answer of <c>GET /health</c>, <c>/health/ready</c> and <c>/health/live</c> where it is 200.</summary>
/// <param name="Status"><c>ready</c>, or <c>live</c>. A node that is not ready answers 503 with a problem instead.</param>
/// <param name="Version">The version of the node's gateway, for people.</param>
public sealed record NodeHealth(NodeCondition Status, string Version);

/// <summary>How a node is.</summary>
[JsonConverter(typeof(WireEnumConverter<NodeCondition>))]
public enum NodeCondition
{
    /// <summary><c>live</c>: the process answers; more was not asked.</summary>
    Live,

    /// <summary><c>ready</c>: it takes requests.</summary>
    Ready,

    /// <summary><c>starting</c>: it does not take requests yet.</summary>
    Starting,

    /// <summary><c>draining</c>: its operator has it finish what it has and take nothing new.</summary>
    Draining,

    /// <summary><c>stopping</c>: it is about to end.</summary>
    Stopping,

    /// <summary><c>failing</c>: something it needs, its storage above all, does not work.</summary>
    Failing,
}

/// <summary>Answer of <c>/v1/node/drain</c>.</summary>
/// <param name="Draining">Whether the node takes no new work.</param>
/// <param name="Since">Since when; null when it is not drained.</param>
/// <param name="UnfinishedJobs">Inferences that have not ended, and subscriptions with points to take in. At 0 the node can be stopped and leaves nothing for the next start.</param>
public sealed record NodeDrain(bool Draining, DateTimeOffset? Since, int UnfinishedJobs);
