using FheOrleans.Grains;
using Wire = FheOrleans.Gateway.Contracts;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Subscriptions between the wire's records and the grains' messages.</summary>
internal static class SubscriptionTranslation
{
    public static SubscriptionRequest ToGrain(this Wire.SubscriptionDeclaration declaration) => new()
    {
        KeySet = declaration.KeySet,
        Model = declaration.Model,
        Version = declaration.Version,
        Form = declaration.Form,
        Places = declaration.Places,
        CiphertextsPerChunk = declaration.CiphertextsPerChunk,
        Label = declaration.Label,
    };

    public static Wire.SubscriptionDescription ToWire(this SubscriptionDescription subscription) => new(
        subscription.Subscription,
        new(
            subscription.Request.KeySet,
            subscription.Request.Model,
            subscription.Request.Version,
            subscription.Request.Form,
            subscription.Request.Places,
            subscription.Request.CiphertextsPerChunk,
            subscription.Request.Label),
        subscription.State == SubscriptionState.Failed ? Wire.SubscriptionStatus.Failed : Wire.SubscriptionStatus.Active,
        subscription.WindowPoints,
        subscription.ChunksPerPoint,
        subscription.Appended,
        subscription.Arriving,
        subscription.Computed,
        subscription.FirstForecast,
        subscription.Failure,
        subscription.EvaluationSeconds,
        subscription.CreatedAt);
}
