using System.Diagnostics.CodeAnalysis;

namespace FheOrleans.Client.Nodes;

/// <summary>Where a node is and which certificate it has. A node makes its own certificate, so its hash is what identifies it.</summary>
public sealed record NodeAddress
{
    private const string HashPrefix = "sha256:";
    private const string ReadyPrefix = "ready ";

    /// <summary>Names a node.</summary>
    /// <param name="url">An absolute <c>https</c> address without a path.</param>
    /// <param name="certificateSha256">
    /// SHA-256 of the certificate's DER bytes as 64 hexadecimal digits, with or without <c>sha256:</c> before them.
    /// </param>
    /// <exception cref="ArgumentException">The address is not https, or the hash is not 64 hexadecimal digits.</exception>
    public NodeAddress(Uri url, string certificateSha256)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(certificateSha256);
        if (!url.IsAbsoluteUri || url.Scheme != Uri.UriSchemeHttps)
            throw new ArgumentException($"A node's address begins with https://, found '{url}'.", nameof(url));
        Url = new Uri(url.GetLeftPart(UriPartial.Authority));
        CertificateSha256 = ReadHash(certificateSha256) ?? throw new ArgumentException(
            $"A certificate's SHA-256 is 64 hexadecimal digits, found {certificateSha256.Length} characters. The node prints it when it starts, after 'sha256:'.",
            nameof(certificateSha256));
    }

    /// <summary>The node's address: scheme, host and port only.</summary>
    public Uri Url { get; }

    /// <summary>SHA-256 of the certificate's DER bytes, 64 upper-case hexadecimal digits.</summary>
    public string CertificateSha256 { get; }

    /// <summary>Reads <c>https://host:port sha256:HEX</c>, also with <c>ready </c> before it as a node prints it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address read; null when the result is false.</param>
    /// <returns>Whether the text is an address.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out NodeAddress? address)
    {
        address = null;
        if (text is null) return false;
        var rest = text.Trim();
        if (rest.StartsWith(ReadyPrefix, StringComparison.Ordinal)) rest = rest[ReadyPrefix.Length..];
        var parts = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2 || !parts[1].StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase)) return false;
        if (!Uri.TryCreate(parts[0], UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || ReadHash(parts[1]) is not { } hash) return false;
        address = new NodeAddress(url, hash);
        return true;
    }

    /// <summary><c>https://host:port sha256:HEX</c>, which <see cref="TryParse"/> reads.</summary>
    public override string ToString() => $"{Url.GetLeftPart(UriPartial.Authority)} {HashPrefix}{CertificateSha256}";

    private static string? ReadHash(string text)
    {
        var digits = text.StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase) ? text[HashPrefix.Length..] : text;
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit) ? digits.ToUpperInvariant() : null;
    }
}
