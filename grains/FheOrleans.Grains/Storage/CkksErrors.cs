using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;

namespace FheOrleans.Grains.Storage;

/// <summary>What the engine says about an upload, as an error of the grains: the engine's own types do not leave the silo.</summary>
internal static class CkksErrors
{
    internal static FheOrleansException ToGrainError(this CkksException failure, string expected) => failure switch
    {
        Ckks.Wire.SecretMaterialRefusedException => new SecretMaterialRefusedException(expected),
        WireFormatException wire => new InvalidPayloadException(wire.Field, $"{wire.Found} at byte {wire.Offset} of {expected}", wire.Expected),
        CompressionUnavailableException unavailable => new InvalidPayloadException(
            $"compression of {expected}", $"{unavailable.Compression}, for which this node lacks the library", $"{SealCompression.None} or {SealCompression.Zlib}"),
        _ => new InvalidPayloadException(expected, failure.Message, "what the engine accepts"),
    };
}
