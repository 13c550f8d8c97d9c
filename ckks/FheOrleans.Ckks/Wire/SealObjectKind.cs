namespace FheOrleans.Ckks.Wire;

/// <summary>What the first bytes of an upload look like.</summary>
public enum SealObjectKind
{
    /// <summary>None of the others, or too little of a compressed object to tell.</summary>
    Unknown,

    /// <summary>Encryption parameters.</summary>
    Parameters,

    /// <summary>A ciphertext.</summary>
    Ciphertext,

    /// <summary>A public key: the bytes of a ciphertext at key level.</summary>
    PublicKey,

    /// <summary>Relinearization or Galois keys, which have the same bytes.</summary>
    KeySwitchKeys,

    /// <summary>A plaintext or a secret key, which have the same bytes. A server accepts neither.</summary>
    PlaintextOrSecretKey,
}
