using FheOrleans.Grains.Models;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Grains.Subscriptions;

/// <summary>Whether a request for a subscription can be served, and a version take the place of another.</summary>
internal static class SubscriptionChecks
{
    /// <exception cref="InvalidPayloadException">A value is not what a subscription can have.</exception>
    internal static void Check(SubscriptionRequest request)
    {
        if (CircuitCache.ReadForm(request.Form) is { Layout: not CircuitLayout.Live } other) throw new InvalidPayloadException("form", $"{other}", "live");
        if (request.Label is not { Length: <= Limits.LabelLength })
            throw new InvalidPayloadException("label", $"{request.Label?.Length ?? 0} characters", $"at most {Limits.LabelLength}");
    }

    /// <exception cref="InvalidPayloadException">There is no room for so many animals.</exception>
    internal static void CheckPlaces(SubscriptionRequest request, CircuitPlan plan)
    {
        if (request.Places < 1 || request.Places > plan.WindowsPerBatch)
            throw new InvalidPayloadException("places", $"{request.Places}", $"1 to {plan.WindowsPerBatch}");
    }

    /// <summary>Whether the points that are kept are also points for another version.</summary>
    /// <exception cref="InvalidPayloadException">They are not.</exception>
    internal static void SameForm(SubscriptionRecord record, KeySetDescription keySet, DatasetDeclaration form)
    {
        const string Advice = "(make a new subscription for this version and append a window of points to it)";
        if (keySet.Generation != record.KeySetGeneration)
            throw new InvalidPayloadException("keys of the points", "those of an earlier key set of that name", $"those of the key set {Advice}");
        if (form != record.PointForm)
        {
            throw new InvalidPayloadException(
                "points of the version",
                $"{form.CiphertextsPerBatch} ciphertexts at level {form.Level} and scale 2^{Math.ILogB(form.Scale)}",
                $"{record.PointForm!.CiphertextsPerBatch} at level {record.PointForm.Level} and scale 2^{Math.ILogB(record.PointForm.Scale)}, as those that are kept {Advice}");
        }
    }
}
