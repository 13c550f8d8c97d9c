using System.Text.Json;
using System.Text.Json.Serialization;

namespace FheOrleans.Gateway.Contracts;

/// <summary>
/// Writes an enumeration as its camel-case name and reads nothing else: a number is refused, so that a renumbering can never change a
/// meaning.
/// </summary>
/// <typeparam name="TEnum">The enumeration.</typeparam>
public sealed class WireEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;

/// <summary>Where a subscription is in its life.</summary>
[JsonConverter(typeof(WireEnumConverter<SubscriptionStatus>))]
public enum SubscriptionStatus
{
    /// <summary><c>active</c>: it takes points, and forecasts.</summary>
    Active,

    /// <summary><c>failed</c>: a point could not be computed; it takes no more until it is upgraded, be it to the same version.</summary>
    Failed,
}

/// <summary>One of the objects a key set is made of. On the path it is <c>public</c>, <c>relinearization</c> or <c>galois</c>.</summary>
[JsonConverter(typeof(WireEnumConverter<KeyObjectKind>))]
public enum KeyObjectKind
{
    /// <summary><c>public</c>: a SEAL <c>PublicKey</c>.</summary>
    Public,

    /// <summary><c>relinearization</c>: SEAL <c>RelinKeys</c>.</summary>
    Relinearization,

    /// <summary><c>galois</c>: SEAL <c>GaloisKeys</c> for exactly the declared rotation steps.</summary>
    Galois,
}

/// <summary>Who may use a published model.</summary>
[JsonConverter(typeof(WireEnumConverter<ModelVisibility>))]
public enum ModelVisibility
{
    /// <summary><c>owner</c>: its publisher only.</summary>
    Owner,

    /// <summary><c>tenant</c>: every data owner of the publisher's tenant.</summary>
    Tenant,

    /// <summary><c>public</c>: every data owner of the node, as <c>public/model</c>.</summary>
    Public,
}

/// <summary>What a member of a co-operative may be.</summary>
[JsonConverter(typeof(WireEnumConverter<MemberRole>))]
public enum MemberRole
{
    /// <summary><c>administrator</c>: invites members, sets their roles and revokes their tokens.</summary>
    Administrator,

    /// <summary><c>owner</c>: has keys, datasets and inferences.</summary>
    Owner,

    /// <summary><c>publisher</c>: publishes models.</summary>
    Publisher,
}

/// <summary>Where an inference is in its life. Completed, Failed and Cancelled are final.</summary>
[JsonConverter(typeof(WireEnumConverter<InferenceStatus>))]
public enum InferenceStatus
{
    /// <summary><c>accepted</c>: checked and stored; no part has been started.</summary>
    Accepted,

    /// <summary><c>running</c>: parts are being evaluated.</summary>
    Running,

    /// <summary><c>completed</c>: every part's result is stored.</summary>
    Completed,

    /// <summary><c>failed</c>: a part could not be evaluated; the description says why.</summary>
    Failed,

    /// <summary><c>cancelled</c>: its owner stopped it.</summary>
    Cancelled,
}

/// <summary>What a prediction event reports.</summary>
[JsonConverter(typeof(WireEnumConverter<PredictionStatus>))]
public enum PredictionStatus
{
    /// <summary><c>partCompleted</c>: the encrypted result of one part is here.</summary>
    PartCompleted,

    /// <summary><c>completed</c>: the last part has been reported.</summary>
    Completed,

    /// <summary><c>failed</c>: the inference ended without a complete result.</summary>
    Failed,

    /// <summary><c>cancelled</c>: its owner stopped it.</summary>
    Cancelled,

    /// <summary><c>live</c>: a subscription's encrypted forecast after an appended point is here.</summary>
    Live,
}
