using FheOrleans.Ckks.Wire;

namespace FheOrleans.Grains.Inferences;

/// <summary>In which version's form a result is written.</summary>
internal static class ReplyVersions
{
    /// <summary>
    /// SEAL 4.0 to 4.3 read no minor version of 4.x but their own: so a result has the version of all that it was made from. When that came
    /// in several, no one client is known, and the result is written so that each of them reads it.
    /// </summary>
    internal static SealVersion? Of(SealVersion? keys, SealVersion? ciphertexts) =>
        keys is { } version && version == ciphertexts ? version : SealVersion.ForUnknownClient;
}
