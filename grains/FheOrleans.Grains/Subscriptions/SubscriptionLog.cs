using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Subscriptions;

/// <summary>Event ids 210 to 219.</summary>
internal static partial class SubscriptionLog
{
    [LoggerMessage(210, LogLevel.Information, "Subscription {Tenant}/{Owner}/{Subscription} created on {Model} version {Version}")]
    internal static partial void SubscriptionCreated(
        this ILogger<SubscriptionGrain> log, string tenant, string owner, string subscription, string model, int version);

    [LoggerMessage(211, LogLevel.Information, "Subscription {Tenant}/{Owner}/{Subscription} goes over to version {Version}: {Points} points to compute anew")]
    internal static partial void SubscriptionUpgraded(
        this ILogger<SubscriptionGrain> log, string tenant, string owner, string subscription, int version, int points);

    [LoggerMessage(212, LogLevel.Information, "Subscription {Tenant}/{Owner}/{Subscription} deleted")]
    internal static partial void SubscriptionDeleted(this ILogger<SubscriptionGrain> log, string tenant, string owner, string subscription);

    [LoggerMessage(213, LogLevel.Warning, "Subscription {Tenant}/{Owner}/{Subscription}: point {Point} failed {Failures} times and will be repeated")]
    internal static partial void PointWillBeRepeated(
        this ILogger<SubscriptionGrain> log, string tenant, string owner, string subscription, int point, int failures);

    [LoggerMessage(214, LogLevel.Warning, "Subscription {Tenant}/{Owner}/{Subscription} failed at point {Point}")]
    internal static partial void SubscriptionFailed(this ILogger<SubscriptionGrain> log, string tenant, string owner, string subscription, int point);

    [LoggerMessage(215, LogLevel.Warning, "Point {Point} of subscription {Subscription} was computed and could not be reported")]
    internal static partial void PointNotReported(this ILogger<SubscriptionGrain> log, string subscription, int point, Exception failure);

    [LoggerMessage(216, LogLevel.Warning, "Point {Point} of subscription {Subscription} could not be computed")]
    internal static partial void PointFailed(this ILogger<LiveEvaluator> log, string subscription, int point, Exception failure);

    [LoggerMessage(217, LogLevel.Warning, "Subscription {Tenant}/{Owner}/{Subscription}: point {Point} met an outage and will be repeated")]
    internal static partial void PointMetOutage(this ILogger<SubscriptionGrain> log, string tenant, string owner, string subscription, int point);

    [LoggerMessage(218, LogLevel.Warning, "Subscription {Tenant}/{Owner}/{Subscription} could not go on; the next check of the work asks it again")]
    internal static partial void NotResumed(this ILogger<SubscriptionGrain> log, string tenant, string owner, string subscription, Exception failure);
}
