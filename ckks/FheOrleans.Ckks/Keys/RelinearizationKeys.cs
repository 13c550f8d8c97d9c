namespace FheOrleans.Ckks;

/// <summary>The key that brings a product of two ciphertexts from three polynomials back to two. Public: it decrypts nothing.</summary>
public sealed class RelinearizationKeys
{
    internal RelinearizationKeys(CkksParameters parameters, KeySwitchKey key)
    {
        Parameters = parameters;
        Key = key;
    }

    /// <summary>The parameters it was made for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>The key for s².</summary>
    internal KeySwitchKey Key { get; }
}
