using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Client.Keys;

namespace FheOrleans.Client.Forecasts;

/// <summary>The secret keys in use, opened once each and zeroed at the end.</summary>
internal sealed class SecretKeyRing(FarmHome home) : IDisposable
{
    private readonly Dictionary<string, SecretKey> _keys = new(StringComparer.Ordinal);

    /// <summary>The secret key of a key set, which stays the ring's.</summary>
    /// <exception cref="SecretKeyMissingException">It is not in this home.</exception>
    /// <exception cref="VaultException">It cannot be opened.</exception>
    public SecretKey Get(string keySet, CkksParameters parameters)
    {
        if (_keys.TryGetValue(keySet, out var known)) return known;
        return _keys[keySet] = home.ReadSecretKey(keySet, parameters) ?? throw new SecretKeyMissingException(keySet);
    }

    /// <summary>Makes a key for a new key set and keeps it in the home before anything is made with it.</summary>
    public SecretKey Create(string keySet, CkksParameters parameters)
    {
        var key = SecretKey.Generate(parameters);
        try
        {
            home.SaveSecretKey(keySet, key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
        return _keys[keySet] = key;
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values) key.Dispose();
    }
}
