using System.Diagnostics.CodeAnalysis;

namespace FheOrleans.Client.Nodes;

/// <summary>
/// Where a node is and which certificate it has. A node makes its own certificate, so its hash is what identifies it. A cluster is a node with
/// several addresses, one for each of its gateways, which all have the one certificate.
/// </summary>
public sealed record NodeAddress
{
    private const char Separator = ',';
    private const string HashPrefix = "sha256:";
    private const string ReadyPrefix = "ready ";

    /// <summary>Names a node with one address.</summary>
    /// <param name="url">An absolute <c>https</c> address without a path.</param>
    /// <param name="certificateSha256">
    /// SHA-256 of the certificate's DER bytes as 64 hexadecimal digits, with or without <c>sha256:</c> before them.
    /// </param>
    /// <exception cref="ArgumentException">The address is not https, or the hash is not 64 hexadecimal digits.</exception>
    public NodeAddress(Uri url, string certificateSha256) : this([url], certificateSha256)
    {
    }

    /// <summary>Names a node, or a cluster with several gateways.</summary>
    /// <param name="urls">Absolute <c>https</c> addresses without a path, at least one; each once.</param>
    /// <param name="certificateSha256">
    /// SHA-256 of the certificate's DER bytes as 64 hexadecimal digits, with or without <c>sha256:</c> before them: that of all of them.
    /// </param>
    /// <exception cref="ArgumentException">There is no address, one is not https, or the hash is not 64 hexadecimal digits.</exception>
    public NodeAddress(IReadOnlyList<Uri> urls, string certificateSha256)
    {
        ArgumentNullException.ThrowIfNull(urls);
        ArgumentNullException.ThrowIfNull(certificateSha256);
        if (urls.Count == 0) throw new ArgumentException("A node has at least one address; none was given.", nameof(urls));
        foreach (var url in urls)
        {
            ArgumentNullException.ThrowIfNull(url, nameof(urls));
            if (!url.IsAbsoluteUri || url.Scheme != Uri.UriSchemeHttps)
                throw new ArgumentException($"A node's address begins with https://, found '{url}'.", nameof(urls));
        }
        Urls = [.. urls.Select(url => new Uri(url.GetLeftPart(UriPartial.Authority))).Distinct()];
        CertificateSha256 = ReadHash(certificateSha256) ?? throw new ArgumentException(
            $"A certificate's SHA-256 is 64 hexadecimal digits, found {certificateSha256.Length} characters. The node prints it when it starts, after 'sha256:'.",
            nameof(certificateSha256));
    }

    /// <summary>The node's address, the first one where there are several: scheme, host and port only.</summary>
    public Uri Url => Urls[0];

    /// <summary>All addresses, at least one: scheme, host and port only.</summary>
    public IReadOnlyList<Uri> Urls { get; }

    /// <summary>SHA-256 of the certificate's DER bytes, 64 upper-case hexadecimal digits.</summary>
    public string CertificateSha256 { get; }

    /// <summary>
    /// Reads <c>https://host:port sha256:HEX</c>, also with <c>ready </c> before it as a node prints it, and with several addresses separated by commas.
    /// </summary>
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
        if (ReadHash(parts[1]) is not { } hash) return false;
        var urls = new List<Uri>();
        foreach (var one in parts[0].Split(Separator))
        {
            if (!Uri.TryCreate(one, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps) return false;
            urls.Add(url);
        }
        address = new NodeAddress(urls, hash);
        return true;
    }

    /// <summary><c>https://host:port sha256:HEX</c>, which <see cref="TryParse"/> reads.</summary>
    public override string ToString() => $"{string.Join(Separator, Urls.Select(url => url.GetLeftPart(UriPartial.Authority)))} {HashPrefix}{CertificateSha256}";

    /// <summary>Whether it is the same certificate at the same addresses, in the same order.</summary>
    /// <param name="other">The other address.</param>
    public bool Equals(NodeAddress? other) => other is not null && CertificateSha256 == other.CertificateSha256 && Urls.SequenceEqual(other.Urls);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(CertificateSha256, Url);

    private static string? ReadHash(string text)
    {
        var digits = text.StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase) ? text[HashPrefix.Length..] : text;
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit) ? digits.ToUpperInvariant() : null;
    }
}
