namespace FheOrleans.Gateway.Bodies;

/// <summary>What body an endpoint takes; every endpoint without it takes none.</summary>
/// <param name="MaximumBytes">The largest body; checked before the first byte is read.</param>
/// <param name="Streamed">
/// True when the endpoint reads in pieces and reserves memory for each itself; false when the whole body is reserved before the
/// endpoint runs.
/// </param>
/// <param name="LengthRequired">True when the request must state its length.</param>
/// <param name="MediaType">The content type the endpoint takes.</param>
internal sealed record BodyLimit(long MaximumBytes, bool Streamed, bool LengthRequired, string MediaType);
