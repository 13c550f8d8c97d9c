using System.Text.Json;
using FheOrleans.Grains;
using Wire = FheOrleans.Gateway.Contracts;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Between the wire's records and the grains' messages. They are apart so that either can change without the other.</summary>
internal static partial class Translation
{
    public static Wire.OwnerDescription ToWire(this DataOwnerDescription owner, MemberDescription member)
    {
        return new(
            owner.Tenant,
            owner.Owner,
            [.. member.Roles.Select(ToWire)],
            Ids(CatalogKind.KeySet),
            Ids(CatalogKind.Dataset),
            Ids(CatalogKind.Model),
            Ids(CatalogKind.Inference),
            owner.LastSequence);

        string[] Ids(CatalogKind kind) => [.. owner.Catalog.Where(entry => entry.Kind == kind).Select(entry => entry.Id)];
    }

    public static KeySetDeclaration ToGrain(this Wire.KeySetDeclaration declaration) => new()
    {
        Parameters = declaration.Parameters,
        RotationSteps = [.. declaration.RotationSteps],
        Conjugation = declaration.Conjugation,
        Relinearization = declaration.Relinearization,
    };

    public static Wire.KeySetDescription ToWire(this KeySetDescription keySet) => new(
        keySet.KeySet,
        new(keySet.Declaration.Parameters, keySet.Declaration.RotationSteps, keySet.Declaration.Conjugation, keySet.Declaration.Relinearization),
        [.. keySet.Objects.Select(ToWire).OrderBy(progress => progress.Kind)],
        keySet.IsComplete);

    public static Wire.KeyObjectProgress ToWire(this KeyObjectProgress progress) => new(
        progress.Kind switch
        {
            KeyObject.PublicKey => Wire.KeyObjectKind.Public,
            KeyObject.RelinearizationKeys => Wire.KeyObjectKind.Relinearization,
            KeyObject.GaloisKeys => Wire.KeyObjectKind.Galois,
            _ => throw Unknown(progress.Kind),
        },
        progress.Received,
        progress.Total == 0 ? null : progress.Total,
        progress.Complete);

    public static DatasetDeclaration ToGrain(this Wire.DatasetDeclaration declaration) => new()
    {
        KeySet = declaration.KeySet,
        Batches = declaration.Batches,
        CiphertextsPerBatch = declaration.CiphertextsPerBatch,
        CiphertextsPerChunk = declaration.CiphertextsPerChunk,
        Level = declaration.Level,
        Scale = declaration.Scale,
        Form = declaration.Form,
        Label = declaration.Label,
    };

    public static Wire.DatasetDescription ToWire(this DatasetDescription dataset) => new(
        dataset.Dataset,
        new(
            dataset.Declaration.KeySet,
            dataset.Declaration.Batches,
            dataset.Declaration.CiphertextsPerBatch,
            dataset.Declaration.CiphertextsPerChunk,
            dataset.Declaration.Level,
            dataset.Declaration.Scale,
            dataset.Declaration.Form,
            dataset.Declaration.Label),
        dataset.Received,
        dataset.IsComplete,
        dataset.Bytes);

    public static ModelVisibility ToGrain(this Wire.ModelVisibility visibility) => visibility switch
    {
        Wire.ModelVisibility.Owner => ModelVisibility.Owner,
        Wire.ModelVisibility.Tenant => ModelVisibility.Tenant,
        Wire.ModelVisibility.Public => ModelVisibility.Public,
        _ => throw Unknown(visibility),
    };

    public static Wire.ModelDescription ToWire(this ModelDescription model) => new(
        $"{model.Publisher}/{model.Model}", model.Visibility.ToWire(), [.. model.Versions.Select(ToWire)]);

    public static Wire.ListedModel ToWire(this ModelListing model) => new(model.Reference, model.Visibility.ToWire(), model.Newest.ToWire());

    private static Wire.ModelVersionDescription ToWire(this ModelVersion version) =>
        new(version.Version, version.Sha256, version.PublishedAt, version.Summary);

    private static Wire.ModelVisibility ToWire(this ModelVisibility visibility) => visibility switch
    {
        ModelVisibility.Owner => Wire.ModelVisibility.Owner,
        ModelVisibility.Tenant => Wire.ModelVisibility.Tenant,
        ModelVisibility.Public => Wire.ModelVisibility.Public,
        _ => throw Unknown(visibility),
    };

    public static Wire.ModelPlan ToWire(this ModelPlan plan, string model)
    {
        using var json = JsonDocument.Parse(plan.PlanJson);
        var candidates = plan.Candidates.Select(candidate => new Wire.PlanCandidate(
            candidate.Form, candidate.EncryptSeconds, candidate.EvaluateSeconds, candidate.DecryptSeconds, candidate.UploadBytes,
            candidate.ResultBytes, candidate.KeyBytes, candidate.PredictedError));
        return new(model, plan.Version, plan.Form, json.RootElement.Clone(), plan.Report, [.. candidates]);
    }

    public static InferenceRequest ToGrain(this Wire.InferenceRequest request) => new()
    {
        KeySet = request.KeySet,
        Dataset = request.Dataset,
        Model = request.Model,
        Version = request.Version,
        Form = request.Form,
    };

    public static Wire.InferenceDescription ToWire(this InferenceDescription inference) => new(
        inference.Inference,
        new(
            inference.Request.KeySet,
            inference.Request.Dataset,
            inference.Request.Model,
            inference.Request.Version,
            inference.Request.Form),
        inference.State switch
        {
            InferenceState.Accepted => Wire.InferenceStatus.Accepted,
            InferenceState.Running => Wire.InferenceStatus.Running,
            InferenceState.Completed => Wire.InferenceStatus.Completed,
            InferenceState.Failed => Wire.InferenceStatus.Failed,
            InferenceState.Cancelled => Wire.InferenceStatus.Cancelled,
            _ => throw Unknown(inference.State),
        },
        inference.Parts,
        inference.PartsCompleted,
        inference.EvaluationSeconds,
        inference.Failure,
        inference.AcceptedAt,
        inference.EndedAt);

    public static Wire.PredictionMessage ToWire(this PredictionEvent prediction) => new(
        prediction.Sequence,
        prediction.Inference,
        prediction.State switch
        {
            PredictionState.PartCompleted => Wire.PredictionStatus.PartCompleted,
            PredictionState.Completed => Wire.PredictionStatus.Completed,
            PredictionState.Failed => Wire.PredictionStatus.Failed,
            PredictionState.Cancelled => Wire.PredictionStatus.Cancelled,
            PredictionState.Live => Wire.PredictionStatus.Live,
            _ => throw Unknown(prediction.State),
        },
        prediction.Part,
        prediction.Parts,
        prediction.KeySet,
        prediction.Model,
        prediction.Version,
        prediction.EvaluationSeconds,
        prediction.Failure,
        prediction.At,
        prediction.Result,
        prediction.Receipt?.ToWire());

    public static Wire.SignedStatement ToWire(this SignedStatement statement) => new(statement.Statement, statement.Signature);

    private static InvalidOperationException Unknown<TEnum>(TEnum value)
        where TEnum : struct, Enum => new($"{typeof(TEnum).Name} {value} has no counterpart. Add it to {nameof(Translation)}.");
}
