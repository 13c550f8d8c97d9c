using FheOrleans.Gateway.Problems;
using Wire = FheOrleans.Gateway.Contracts;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Reads the words a path or a query may hold. The framework's own reading would take numbers for them.</summary>
internal static class Words
{
    /// <summary>A form's name. Which forms there are is the grains' to say; here only what can be a name passes.</summary>
    public static string? Form(string? word) => word is null || (word.Length is > 0 and <= 40 && word.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
        ? word
        : throw Refusal.Invalid("The query's layout is no form's name.", "another text", "a form such as series, herd or polyphase-4");

    public static Wire.ModelVisibility Visibility(string? word) => word switch
    {
        null or "owner" => Wire.ModelVisibility.Owner,
        "tenant" => Wire.ModelVisibility.Tenant,
        "public" => Wire.ModelVisibility.Public,
        _ => throw Refusal.Invalid("The query's visibility is unknown.", "another word", "visibility=owner, visibility=tenant or visibility=public"),
    };

    public static Grains.KeyObject KeyObject(string word) => word switch
    {
        "public" => Grains.KeyObject.PublicKey,
        "relinearization" => Grains.KeyObject.RelinearizationKeys,
        "galois" => Grains.KeyObject.GaloisKeys,
        _ => throw Refusal.Invalid("A key set has no such object.", "another word", "public, relinearization or galois"),
    };
}
