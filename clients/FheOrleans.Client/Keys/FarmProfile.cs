namespace FheOrleans.Client.Keys;

/// <summary>Where a farm's node is and who the farm is there. Nothing in it is secret.</summary>
/// <param name="Url">The node's address.</param>
/// <param name="CertificateSha256">SHA-256 of the node's certificate, hexadecimal: any other is refused.</param>
/// <param name="Tenant">The co-operative.</param>
/// <param name="Owner">The farm's name in it.</param>
public sealed record FarmProfile(Uri Url, string CertificateSha256, string Tenant, string Owner);

/// <summary>Something is missing or damaged in a farm's folder.</summary>
/// <param name="message">What, and what to do.</param>
/// <param name="inner">What the reader said.</param>
public sealed class FarmHomeException(string message, Exception? inner = null) : Exception(message, inner);
