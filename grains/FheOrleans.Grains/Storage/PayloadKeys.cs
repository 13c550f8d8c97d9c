using System.Globalization;

namespace FheOrleans.Grains.Storage;

/// <summary>Where each kind of payload rests. All of a data owner's lie under <c>tenant/owner/</c>.</summary>
internal static class PayloadKeys
{
    internal static string KeySet(OwnedKey keySet) => Of(keySet, "key-sets");

    internal static string StagedKey(OwnedKey keySet, KeyObject kind) => $"{KeySet(keySet)}/{kind}";

    internal static string StagedKeyPiece(OwnedKey keySet, KeyObject kind, long offset) => Number(StagedKey(keySet, kind), offset);

    internal static string Dataset(OwnedKey dataset) => Of(dataset, "datasets");

    internal static string Chunk(OwnedKey dataset, int index) => Number(Dataset(dataset), index);

    internal static string Model(OwnedKey model) => Of(model, "models");

    internal static string Network(OwnedKey model, int version) => Number(Model(model), version);

    internal static string Inference(OwnedKey inference) => Of(inference, "inferences");

    internal static string Result(OwnedKey inference, int part) => Number(Of(inference, "inferences"), part);

    /// <summary>The receipt of a part, or with -1 of the whole inference.</summary>
    internal static string Receipt(OwnedKey inference, int part) =>
        part < 0 ? $"{Of(inference, "inferences")}/receipts/whole" : Number($"{Of(inference, "inferences")}/receipts", part);

    internal static string Subscription(OwnedKey subscription) => Of(subscription, "subscriptions");

    internal static string Point(OwnedKey subscription, int point) => Number($"{Subscription(subscription)}/points", point);

    internal static string PointChunk(OwnedKey subscription, int point, int chunk) => Number(Point(subscription, point), chunk);

    internal static string Epoch(OwnedKey subscription, int epoch) => Number($"{Subscription(subscription)}/kept", epoch);

    internal static string Kept(OwnedKey subscription, int epoch, int kept, int point) => Number(Number(Epoch(subscription, epoch), kept), point);

    internal static string LiveResults(OwnedKey subscription, int point) => Number($"{Subscription(subscription)}/results", point);

    internal static string LiveResult(OwnedKey subscription, int point, int version) => Number(LiveResults(subscription, point), version);

    internal static string LiveReceipt(OwnedKey subscription, int point, int version) => $"{LiveResult(subscription, point, version)}/receipt";

    /// <summary>Above all segments of a data owner's events.</summary>
    internal static string Events(string owner) => $"{owner}/events";

    internal static string EventSegment(string owner, long segment) => Number(Events(owner), segment);

    private static string Of(OwnedKey key, string kind) => $"{key.Tenant}/{key.Owner}/{kind}/{key.Name}";

    private static string Number(string above, long number) => string.Create(CultureInfo.InvariantCulture, $"{above}/{number:D10}");
}
