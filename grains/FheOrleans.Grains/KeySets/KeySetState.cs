using Orleans;

namespace FheOrleans.Grains.KeySets;

/// <summary>What a key set grain remembers beside the keys themselves.</summary>
[GenerateSerializer, Alias("fhe.state.key-set")]
internal sealed class KeySetState
{
    [Id(0)]
    public KeySetDeclaration? Declaration { get; set; }

    [Id(1)]
    public Guid Generation { get; set; }

    /// <summary>One for each declared object.</summary>
    [Id(2)]
    public List<KeyObjectProgress> Objects { get; set; } = [];

    /// <summary>SHA-256 of each object that is committed, in its bytes as uploaded.</summary>
    [Id(3)]
    public Dictionary<KeyObject, byte[]> Hashes { get; set; } = [];

    internal int IndexOf(KeyObject kind) => Objects.FindIndex(item => item.Kind == kind);
}

/// <summary>One key object in its bytes as uploaded, a record of its own: so that one write is one object and not all.</summary>
[GenerateSerializer, Alias("fhe.state.key-material")]
internal sealed class KeyMaterialState
{
    [Id(0)]
    public byte[]? Bytes { get; set; }
}
