using System.Globalization;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;
using FheOrleans.Grains.KeySets;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Grains.Inferences;

/// <summary>
/// Whether a key set, a dataset and a model's circuit belong together. A mismatch found here is an error; found later it would be noise.
/// </summary>
internal static class InferenceChecks
{
    /// <exception cref="NotReadyException">Something is not whole.</exception>
    /// <exception cref="InvalidPayloadException">Something does not fit.</exception>
    internal static void Check(InferenceRequest request, KeySetDescription keySet, DatasetDescription dataset, ModelPlan modelPlan)
    {
        var plan = CircuitPlan.FromJson(modelPlan.PlanJson);
        CheckKeys(keySet, plan);
        if (!dataset.IsComplete)
            throw new NotReadyException($"dataset '{dataset.Dataset}'", $"{dataset.Declaration.ChunkCount - dataset.Received.Length} of {dataset.Declaration.ChunkCount} chunks");

        var declared = dataset.Declaration;
        Same("key set of the dataset", declared.KeySet, request.KeySet);
        if (dataset.KeySetGeneration != keySet.Generation)
            throw new InvalidPayloadException("keys of the dataset", "those of an earlier key set of that name", "those of the key set (upload the dataset again under the new keys)");
        Same("form of the dataset", declared.Form, request.Form);
        Same("ciphertexts per batch", declared.CiphertextsPerBatch, plan.InputCiphertexts);
        Same("level of the dataset", declared.Level, plan.InputLevel);
        Same("scale of the dataset", declared.Scale.ToString("R", CultureInfo.InvariantCulture), plan.InputScale.ToString("R", CultureInfo.InvariantCulture));
    }

    /// <summary>Whether a key set is whole, has the plan's parameters, and all keys the plan needs.</summary>
    /// <exception cref="NotReadyException">It is not whole.</exception>
    /// <exception cref="InvalidPayloadException">It does not fit.</exception>
    internal static void CheckKeys(KeySetDescription keySet, CircuitPlan plan)
    {
        if (keySet.Objects.FirstOrDefault(item => !item.Complete) is { } missing)
            throw new NotReadyException($"key set '{keySet.KeySet}'", $"its {KeyShape.NameOf(missing.Kind)}");
        var parameters = SealReader.ReadParameters(keySet.Declaration.Parameters);
        var wanted = plan.CreateParameters();
        if (!parameters.Equals(wanted))
        {
            throw new InvalidPayloadException(
                "parameters of the key set", $"{parameters}", $"those of the model's plan, {wanted} with its primes");
        }
        if (plan.NeedsRelinearizationKeys && !keySet.Declaration.Relinearization)
            throw new InvalidPayloadException("keys of the key set", "no relinearization keys", "relinearization keys");
        if (plan.NeedsConjugationKey && !keySet.Declaration.Conjugation)
            throw new InvalidPayloadException("keys of the key set", "no key for conjugation", "one among the Galois keys");
        var elements = KeyShape.Elements(parameters, keySet.Declaration).ToHashSet();
        foreach (var step in plan.RotationSteps)
        {
            if (!elements.Contains(GaloisElements.FromStep(parameters.PolynomialDegree, step)))
            {
                throw new InvalidPayloadException(
                    "rotation steps of the key set", $"no step {step}", $"steps {string.Join(", ", plan.RotationSteps)}");
            }
        }
    }

    private static void Same<T>(string what, T found, T expected)
    {
        if (!EqualityComparer<T>.Default.Equals(found, expected)) throw new InvalidPayloadException(what, $"{found}", $"{expected}");
    }
}
