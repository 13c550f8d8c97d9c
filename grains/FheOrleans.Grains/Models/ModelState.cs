using Orleans;

namespace FheOrleans.Grains.Models;

/// <summary>What a model grain remembers; the networks themselves rest in the payload store.</summary>
[GenerateSerializer, Alias("fhe.state.model")]
internal sealed class ModelState
{
    [Id(0)]
    public ModelVisibility Visibility { get; set; }

    [Id(1)]
    public List<ModelVersion> Versions { get; set; } = [];

    /// <summary>Of a public model, who published it first, as <c>tenant/member</c>; empty for the operator.</summary>
    [Id(2)]
    public string Publisher { get; set; } = "";

    /// <summary>Tells this model from another of its name before or after it; none of one from before there were marks.</summary>
    [Id(3)]
    public Guid Incarnation { get; set; }
}
