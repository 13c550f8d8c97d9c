using System.Security.Cryptography;
using FheOrleans.Grains.Storage;
using Orleans;

namespace FheOrleans.Grains.Tenants;

/// <summary>A token at rest: its hash and what is told of it.</summary>
[GenerateSerializer, Alias("fhe.state.token")]
internal sealed class StoredToken
{
    [Id(0)]
    public string Id { get; set; } = "";

    [Id(1)]
    public byte[] Hash { get; set; } = [];

    [Id(2)]
    public string Label { get; set; } = "";

    [Id(3)]
    public DateTimeOffset IssuedAt { get; set; }

    [Id(4)]
    public DateTimeOffset? Expires { get; set; }

    [Id(5)]
    public DateTimeOffset? LastUsedAt { get; set; }

    internal bool WorksAt(DateTimeOffset now) => Expires is null || Expires > now;

    internal TokenDescription Describe() => new() { Id = Id, Label = Label, IssuedAt = IssuedAt, Expires = Expires, LastUsedAt = LastUsedAt };
}

/// <summary>What is done with the tokens of one holder.</summary>
internal static class StoredTokens
{
    private const int IdBytes = 4;

    // A write for every request would cost more than the request; to the hour is enough to see which token nobody uses any more.
    private static readonly TimeSpan UseResolution = TimeSpan.FromHours(1);

    /// <summary>Adds a token, and drops those that have expired. The same token again changes nothing.</summary>
    /// <exception cref="LimitExceededException">The holder has as many as it may.</exception>
    /// <exception cref="InvalidPayloadException">The hash or the label has another length than it may have, or it has expired
    /// already.</exception>
    internal static StoredToken Add(this List<StoredToken> tokens, NewToken added, DateTimeOffset now, int limit)
    {
        TokenHash.Check(added.Hash);
        if (added.Label is not { Length: <= Limits.TokenLabelLength })
            throw new InvalidPayloadException("label of the token", $"{added.Label?.Length ?? 0} characters", $"at most {Limits.TokenLabelLength}");
        if (added.Expires <= now) throw new InvalidPayloadException("expiry of the token", "a time that has passed", "one to come");
        if (tokens.Find(token => TokenHash.Equal(token.Hash, added.Hash)) is { } known) return known;
        tokens.RemoveAll(token => !token.WorksAt(now));
        if (tokens.Count >= limit) throw new LimitExceededException("tokens that work", tokens.Count + 1, limit);
        var made = new StoredToken { Id = NewId(tokens), Hash = added.Hash, Label = added.Label, IssuedAt = now, Expires = added.Expires };
        tokens.Add(made);
        return made;
    }

    /// <summary>The token with a hash, if it works. All are compared, each in constant time.</summary>
    internal static StoredToken? FindWorking(this List<StoredToken> tokens, byte[] hash, DateTimeOffset now)
    {
        StoredToken? found = null;
        foreach (var token in tokens)
            if (TokenHash.Equal(token.Hash, hash) && token.WorksAt(now)) found = token;
        return found;
    }

    /// <summary>Notes that a token is used.</summary>
    /// <returns>Whether that is news that is worth a write.</returns>
    internal static bool Use(this StoredToken token, DateTimeOffset now)
    {
        if (token.LastUsedAt is { } last && now - last < UseResolution) return false;
        token.LastUsedAt = now;
        return true;
    }

    private static string NewId(List<StoredToken> tokens)
    {
        while (true)
        {
            var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
            if (tokens.TrueForAll(token => token.Id != id)) return id;
        }
    }
}
