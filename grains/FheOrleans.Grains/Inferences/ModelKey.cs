namespace FheOrleans.Grains.Inferences;

/// <summary>The key of the model that a request names as <c>publisher/model</c>.</summary>
internal static class ModelKey
{
    /// <exception cref="InvalidPayloadException">The text is not two names.</exception>
    internal static string Of(string tenant, string model) => model.Split('/') is [var publisher, var name]
        ? GrainKeys.Model(tenant, publisher, name)
        : throw new InvalidPayloadException("model", $"a text of {model.Length} characters", "publisher/model");
}
