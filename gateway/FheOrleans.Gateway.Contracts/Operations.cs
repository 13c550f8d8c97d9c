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

/// <summary>Answer of <c>/v1/node/drain</c>. Draining is of the whole cluster: all gateways follow within seconds.</summary>
/// <param name="Draining">Whether the node takes no new work.</param>
/// <param name="Since">Since when; null when it is not drained.</param>
/// <param name="UnfinishedJobs">Inferences that have not ended, and subscriptions with points to take in. At 0 the node can be stopped and leaves nothing for the next start.</param>
public sealed record NodeDrain(bool Draining, DateTimeOffset? Since, int UnfinishedJobs);

/// <summary>Answer of <c>GET /v1/node/work</c>: what the cluster has to do, and with what. A node that is alone is a cluster of one.</summary>
/// <param name="QueueDepth">
/// Parts of all inferences, and points of all subscriptions, that have no result yet. One number for the whole cluster, the same at every gateway, some
/// seconds old at most.
/// </param>
/// <param name="UnfinishedInferences">Inferences that have not ended.</param>
/// <param name="SubscriptionsBehind">Subscriptions with points to take in.</param>
/// <param name="Silos">Silos that evaluate.</param>
/// <param name="EvaluationThreads">Their threads, together; those of a silo that is stopping do not count.</param>
/// <param name="Evaluating">Parts and points that have a thread.</param>
/// <param name="Waiting">Parts and points that wait on a silo for a thread.</param>
/// <param name="Gateways">Gateways that were there in the last half minute.</param>
public sealed record NodeWork(
    long QueueDepth, int UnfinishedInferences, int SubscriptionsBehind, int Silos, int EvaluationThreads, int Evaluating, int Waiting, int Gateways);
