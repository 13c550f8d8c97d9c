namespace FheOrleans.Grains;

/// <summary>
/// How grain keys are made from names. Isolation rests on this: the gateway makes keys from the caller's authenticated tenant and owner
/// only.
/// </summary>
public static class GrainKeys
{
    /// <summary>The key of the one <see cref="IOperatorGrain"/>.</summary>
    public const string Operator = "operator";

    /// <summary>
    /// Stands for tenant and publisher of models that everybody on the node may use, <c>public/model</c>. No tenant and no member has this
    /// name.
    /// </summary>
    public const string Public = "public";

    /// <summary>The key of the one <see cref="IUnfinishedWorkGrain"/>.</summary>
    public const string UnfinishedWork = "unfinished";

    /// <summary>The key of the <see cref="INodeGrain"/> of those who have no reason for another.</summary>
    public const string Node = "node";

    /// <summary>
    /// The key of the <see cref="ISignInGrain"/> that counts an address: one of 64, so that a flood from everywhere meets many of them,
    /// and each keeps a bounded number.
    /// </summary>
    /// <param name="address">The address, as text of any form; the same form at all gateways.</param>
    /// <returns>The key.</returns>
    public static string SignIns(string address)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(address));
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"sign-ins-{hash[0] % 64}");
    }

    /// <summary>The key of an <see cref="ITenantGrain"/>.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidPayloadException">It is not a name.</exception>
    public static string Tenant(string tenant) => Name.Check(tenant, "tenant");

    /// <summary>The key of an <see cref="IMemberGrain"/>: that of the data owner it may be.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="member">The member's name.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidPayloadException">One of them is not a name.</exception>
    public static string Member(string tenant, string member) => $"{Tenant(tenant)}/{Name.Check(member, "member")}";

    /// <summary>The key of an <see cref="IDataOwnerGrain"/>.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="owner">The data owner's name.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidPayloadException">One of them is not a name.</exception>
    public static string DataOwner(string tenant, string owner) => $"{Tenant(tenant)}/{Name.Check(owner, "owner")}";

    /// <summary>The key of an <see cref="IKeySetGrain"/>.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="owner">The data owner's name.</param>
    /// <param name="keySet">The key set's name.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidPayloadException">One of them is not a name.</exception>
    public static string KeySet(string tenant, string owner, string keySet) =>
        $"{DataOwner(tenant, owner)}/{Name.Check(keySet, "key set")}";

    /// <summary>The key of an <see cref="IDatasetGrain"/>.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="owner">The data owner's name.</param>
    /// <param name="dataset">The dataset's name.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidPayloadException">One of them is not a name.</exception>
    public static string Dataset(string tenant, string owner, string dataset) =>
        $"{DataOwner(tenant, owner)}/{Name.Check(dataset, "dataset")}";

    /// <summary>
    /// The key of an <see cref="IModelGrain"/>. The publisher <see cref="Public"/> stands for what is public on the whole node, whoever
    /// asks.
    /// </summary>
    /// <param name="tenant">The tenant's name; it does not matter where the publisher is <see cref="Public"/>.</param>
    /// <param name="publisher">The name of the member who published the model, or <see cref="Public"/>.</param>
    /// <param name="model">The model's name.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidPayloadException">One of them is not a name.</exception>
    public static string Model(string tenant, string publisher, string model) => publisher == Public
        ? $"{Public}/{Public}/{Name.Check(model, "model")}"
        : $"{Tenant(tenant)}/{Name.Check(publisher, "publisher")}/{Name.Check(model, "model")}";

    /// <summary>The key of an <see cref="IModelDirectoryGrain"/>.</summary>
    /// <param name="tenant">The tenant's name, or <see cref="Public"/>.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidPayloadException">It is not a name.</exception>
    public static string ModelDirectory(string tenant) => Tenant(tenant);

    /// <summary>The key of an <see cref="IInferenceGrain"/>.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="owner">The data owner's name.</param>
    /// <param name="inference">The inference's name.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidPayloadException">One of them is not a name.</exception>
    public static string Inference(string tenant, string owner, string inference) =>
        $"{DataOwner(tenant, owner)}/{Name.Check(inference, "inference")}";

    /// <summary>The key of an <see cref="ISubscriptionGrain"/>.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="owner">The data owner's name.</param>
    /// <param name="subscription">The subscription's name.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidPayloadException">One of them is not a name.</exception>
    public static string Subscription(string tenant, string owner, string subscription) =>
        $"{DataOwner(tenant, owner)}/{Name.Check(subscription, "subscription")}";

    /// <summary>The key of an <see cref="IInferenceWorkerGrain"/>.</summary>
    /// <param name="inferenceKey">The inference's key.</param>
    /// <param name="incarnation">
    /// Which inference of its name: the workers of one that was deleted may still be at work when the next begins.
    /// </param>
    /// <param name="part">The part's number, from 0.</param>
    /// <param name="worker">Which of the part's workers, from 0: another one where a silo that is stopping did not take the part.</param>
    /// <returns>The key.</returns>
    public static string Worker(string inferenceKey, Guid incarnation, int part, int worker = 0) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{inferenceKey}/{incarnation:N}/{part}/{worker}");
}
