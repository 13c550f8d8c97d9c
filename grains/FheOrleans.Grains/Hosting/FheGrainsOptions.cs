using Microsoft.Extensions.Options;

namespace FheOrleans.Grains;

/// <summary>What the grains of a silo may use and hold.</summary>
public sealed class FheGrainsOptions
{
    /// <summary>
    /// Threads that evaluate circuits, each one part at a time; from 1 to four times the processors. Null stands for the default.
    /// Defaults to the number of processors.
    /// </summary>
    public int? EvaluationThreads { get; set; }

    /// <summary>
    /// Threads that parse uploads and compile networks, so that an upload never waits behind an evaluation; from 1 to the number of
    /// processors. Null stands for the default. Defaults to half the processors, at least 1.
    /// </summary>
    public int? IntakeThreads { get; set; }

    /// <summary>
    /// Bytes of expanded evaluation keys kept ready for the next parts; 0 keeps none beyond their use. Keys larger than this are used and
    /// not kept. Defaults to 512 MiB.
    /// </summary>
    public long KeyCacheBytes { get; set; } = 512L << 20;

    /// <summary>
    /// Bytes of ciphertexts kept for the intermediate values of the next parts; 0 keeps none, and each part then allocates its own.
    /// Defaults to 256 MiB.
    /// </summary>
    public long CiphertextPoolBytes { get; set; } = 256L << 20;

    /// <summary>Compiled circuits kept ready; 0 keeps none. Defaults to 64.</summary>
    public int CircuitCacheEntries { get; set; } = 64;

    /// <summary>
    /// Parts of one inference that are given out at once; from 1. More keeps a cluster busy, fewer lets inferences of several owners take
    /// turns. Null stands for the default. Defaults to twice the evaluation threads, in a cluster of several silos to four times those
    /// of all.
    /// </summary>
    public int? PartsInFlight { get; set; }

    /// <summary>
    /// How often an inference asks after the parts it has given out, and gives out again those whose worker died; and how often each
    /// silo asks that everything unfinished is being worked on somewhere. From 1 second to 1 hour. Defaults to 30 seconds, for a node
    /// that is the only one; silos of a cluster, which may die one by one, ask every 3 seconds.
    /// </summary>
    public TimeSpan WorkCheckPeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a part is tried before its inference fails, where the failure may pass; from 1. Defaults to 3.</summary>
    public int AttemptsPerPart { get; set; } = 3;

    /// <summary>
    /// How long parts that are being evaluated may go on when the silo stops; what is not finished then is evaluated again after the next
    /// start. Zero waits for none; at most 1 hour. Defaults to 15 seconds.
    /// </summary>
    public TimeSpan StopPatience { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The largest key object in bytes as uploaded; from 1 MiB. Defaults to 128 MiB: all Galois keys for N = 8192 and 90 steps.
    /// </summary>
    public long MaximumKeyObjectBytes { get; set; } = 128L << 20;

    /// <summary>The most rotation steps of a key set; 0 allows none. Defaults to 64.</summary>
    public int MaximumRotationSteps { get; set; } = 64;

    /// <summary>The most ciphertexts of a batch; from 1. Defaults to 4096.</summary>
    public int MaximumCiphertextsPerBatch { get; set; } = 4096;

    /// <summary>The most chunks of a dataset, and batches; from 1. Defaults to 4096: 16 GiB of full chunks.</summary>
    public int MaximumChunksPerDataset { get; set; } = 4096;

    /// <summary>The most key sets of a data owner; from 1. Defaults to 16.</summary>
    public int MaximumKeySets { get; set; } = 16;

    /// <summary>
    /// The most things of any other kind in a data owner's catalog; of inferences the latest are listed. From 1. Defaults to 256.
    /// </summary>
    public int MaximumCatalogEntries { get; set; } = 256;

    /// <summary>The events a data owner's grain keeps; older ones are forgotten, results stay. From 1. Defaults to 4096.</summary>
    public int MaximumEvents { get; set; } = 4096;

    /// <summary>The most observers of a data owner at a time; from 1. Defaults to 16.</summary>
    public int MaximumObservers { get; set; } = 16;

    /// <summary>The most versions of a model; from 1. Defaults to 256.</summary>
    public int MaximumModelVersions { get; set; } = 256;

    /// <summary>The most tenants of the node; from 1. Defaults to 1024.</summary>
    public int MaximumTenants { get; set; } = 1024;

    /// <summary>The most members and open invitations of a tenant together; from 1. Defaults to 1024.</summary>
    public int MaximumMembersPerTenant { get; set; } = 1024;

    /// <summary>
    /// The most tokens that work of a member, or of the operator, at a time; from 2, so that one can take another's place. Defaults to 16.
    /// </summary>
    public int MaximumTokens { get; set; } = 16;

    /// <summary>
    /// What a tenant may use where its operator has set nothing; every one must be given. Defaults to 16 GiB stored, 4,096 key sets,
    /// 16,384 datasets, 256 inferences queued, 16 running, and 6,000 requests a minute.
    /// </summary>
    public TenantQuotas DefaultQuotas { get; set; } = new()
    {
        StoredBytes = 16L << 30,
        KeySets = 4096,
        Datasets = 16384,
        QueuedInferences = 256,
        RunningInferences = 16,
        RequestsPerMinute = 6000,
    };

    /// <summary>
    /// The most unfinished inferences of a data owner, so that one cannot take all of the node's; from 1. Defaults to 32.
    /// </summary>
    public int MaximumUnfinishedInferencesPerOwner { get; set; } = 32;

    /// <summary>The most unfinished inferences of the node; from 1. Defaults to 1024.</summary>
    public int MaximumUnfinishedInferences { get; set; } = 1024;

    /// <summary>
    /// The forecasts a subscription keeps; older ones are deleted, and events of them come without. From 1. Defaults to 128.
    /// </summary>
    public int MaximumLiveResults { get; set; } = 128;

    internal int EvaluationThreadsOrDefault => EvaluationThreads ?? Environment.ProcessorCount;

    internal int IntakeThreadsOrDefault => IntakeThreads ?? Math.Max(1, Environment.ProcessorCount / 2);
}

/// <summary>Checks <see cref="FheGrainsOptions"/>, all faults at once.</summary>
internal sealed class FheGrainsOptionsValidator : IValidateOptions<FheGrainsOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, FheGrainsOptions options)
    {
        var faults = new List<string>();
        Between(nameof(options.EvaluationThreads), options.EvaluationThreadsOrDefault, 1, 4L * Environment.ProcessorCount);
        Between(nameof(options.IntakeThreads), options.IntakeThreadsOrDefault, 1, Environment.ProcessorCount);
        Between(nameof(options.KeyCacheBytes), options.KeyCacheBytes, 0, long.MaxValue);
        Between(nameof(options.CiphertextPoolBytes), options.CiphertextPoolBytes, 0, long.MaxValue);
        Between(nameof(options.CircuitCacheEntries), options.CircuitCacheEntries, 0, int.MaxValue);
        Between(nameof(options.PartsInFlight), options.PartsInFlight ?? 1, 1, int.MaxValue);
        Between(nameof(options.AttemptsPerPart), options.AttemptsPerPart, 1, int.MaxValue);
        Between(nameof(options.MaximumKeyObjectBytes), options.MaximumKeyObjectBytes, 1 << 20, int.MaxValue);
        Between(nameof(options.MaximumRotationSteps), options.MaximumRotationSteps, 0, int.MaxValue);
        Between(nameof(options.MaximumCiphertextsPerBatch), options.MaximumCiphertextsPerBatch, 1, int.MaxValue);
        Between(nameof(options.MaximumChunksPerDataset), options.MaximumChunksPerDataset, 1, int.MaxValue);
        Between(nameof(options.MaximumKeySets), options.MaximumKeySets, 1, int.MaxValue);
        Between(nameof(options.MaximumCatalogEntries), options.MaximumCatalogEntries, 1, int.MaxValue);
        Between(nameof(options.MaximumEvents), options.MaximumEvents, 1, int.MaxValue);
        Between(nameof(options.MaximumObservers), options.MaximumObservers, 1, int.MaxValue);
        Between(nameof(options.MaximumModelVersions), options.MaximumModelVersions, 1, int.MaxValue);
        Between(nameof(options.MaximumTenants), options.MaximumTenants, 1, int.MaxValue);
        Between(nameof(options.MaximumMembersPerTenant), options.MaximumMembersPerTenant, 1, int.MaxValue);
        Between(nameof(options.MaximumTokens), options.MaximumTokens, 2, int.MaxValue);
        Between(nameof(options.MaximumUnfinishedInferencesPerOwner), options.MaximumUnfinishedInferencesPerOwner, 1, int.MaxValue);
        Between(nameof(options.MaximumUnfinishedInferences), options.MaximumUnfinishedInferences, 1, int.MaxValue);
        Between(nameof(options.MaximumLiveResults), options.MaximumLiveResults, 1, int.MaxValue);
        faults.AddRange(Tenants.QuotaChecks.Faults(options.DefaultQuotas).Select(fault => $"{nameof(options.DefaultQuotas)}.{fault} is less than it may be."));
        if (options.DefaultQuotas is not { StoredBytes: not null, KeySets: not null, Datasets: not null, QueuedInferences: not null, RunningInferences: not null, RequestsPerMinute: not null })
            faults.Add($"{nameof(options.DefaultQuotas)} leaves one out; each needs a value.");
        if (options.WorkCheckPeriod < TimeSpan.FromSeconds(1) || options.WorkCheckPeriod > TimeSpan.FromHours(1))
            faults.Add($"{nameof(options.WorkCheckPeriod)} is {options.WorkCheckPeriod}; it must be from 1 second to 1 hour.");
        if (options.StopPatience < TimeSpan.Zero || options.StopPatience > TimeSpan.FromHours(1))
            faults.Add($"{nameof(options.StopPatience)} is {options.StopPatience}; it must be from zero to 1 hour.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Between(string option, long value, long least, long most)
        {
            if (value < least || value > most) faults.Add($"{option} is {value}; it must be from {least} to {most}.");
        }
    }
}
