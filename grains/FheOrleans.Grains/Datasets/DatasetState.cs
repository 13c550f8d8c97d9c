using Orleans;

namespace FheOrleans.Grains.Datasets;

/// <summary>What a dataset grain remembers; the chunks themselves rest in the payload store.</summary>
[GenerateSerializer, Alias("fhe.state.dataset")]
internal sealed class DatasetState
{
    [Id(0)]
    public DatasetDeclaration? Declaration { get; set; }

    /// <summary>The parameters of the key set as it was when the dataset was declared: the dataset is bound to them.</summary>
    [Id(1)]
    public byte[] Parameters { get; set; } = [];

    [Id(2)]
    public Guid KeySetGeneration { get; set; }

    /// <summary>The chunks that are there, by index.</summary>
    [Id(3)]
    public Dictionary<int, StoredChunk> Chunks { get; set; } = [];

    /// <summary>Tells this dataset from another of its name before or after it.</summary>
    [Id(4)]
    public Guid Incarnation { get; set; }
}

/// <summary>A chunk that is there.</summary>
[GenerateSerializer, Alias("fhe.state.chunk")]
internal sealed class StoredChunk
{
    [Id(0)]
    public byte[] Sha256 { get; set; } = [];

    [Id(1)]
    public int Bytes { get; set; }
}
