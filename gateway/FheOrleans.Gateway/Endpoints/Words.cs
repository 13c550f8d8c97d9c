using FheOrleans.Gateway.Problems;
using Wire = FheOrleans.Gateway.Contracts;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Reads the words a path or a query may hold. The framework's own reading would take numbers for them.</summary>
internal static class Words
{
    public static Wire.DataLayout Layout(string? word) => word switch
    {
        "herd" => Wire.DataLayout.Herd,
        "series" => Wire.DataLayout.Series,
        "live" => Wire.DataLayout.Live,
        _ => throw Refusal.Invalid("The query's layout is missing or unknown.", word is null ? "no layout" : "another word", "layout=herd, layout=series or layout=live"),
    };

    public static Wire.ModelVisibility Visibility(string? word) => word switch
    {
        null or "owner" => Wire.ModelVisibility.Owner,
        "tenant" => Wire.ModelVisibility.Tenant,
        _ => throw Refusal.Invalid("The query's visibility is unknown.", "another word", "visibility=owner or visibility=tenant"),
    };

    public static Grains.KeyObject KeyObject(string word) => word switch
    {
        "public" => Grains.KeyObject.PublicKey,
        "relinearization" => Grains.KeyObject.RelinearizationKeys,
        "galois" => Grains.KeyObject.GaloisKeys,
        _ => throw Refusal.Invalid("A key set has no such object.", "another word", "public, relinearization or galois"),
    };
}
