namespace FheOrleans.Cluster.Tests.Support;

/// <summary>Tests that run a cluster run one after the other, and beside nothing else: two clusters on one machine are each as slow as half of one.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCollection
{
    public const string Name = "Processes";
}
