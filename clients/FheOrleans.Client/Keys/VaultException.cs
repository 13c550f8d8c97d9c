namespace FheOrleans.Client.Keys;

/// <summary>A secret at rest cannot be sealed or opened.</summary>
public abstract class VaultException : Exception
{
    private protected VaultException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>
/// The passphrase is not the one the secret was sealed with, or the file was changed: authenticated encryption cannot tell these apart.
/// </summary>
/// <param name="name">The file's name.</param>
/// <param name="inner">What the cipher said.</param>
public sealed class WrongPassphraseException(string name, Exception? inner = null)
    : VaultException($"'{name}' does not open: the passphrase is wrong, or the file was altered. Nothing was changed. Try the passphrase again; if it is right, restore the file from a backup.", inner);

/// <summary>The file is not a sealed secret, is cut short, or was sealed for another use.</summary>
/// <param name="name">The file's name.</param>
/// <param name="what">What was found and expected.</param>
public sealed class SealedFileFormatException(string name, string what)
    : VaultException($"'{name}' is not a sealed secret of this client: {what}. Restore the file from a backup.");

/// <summary>The passphrase is too short.</summary>
/// <param name="length">Its length in characters.</param>
public sealed class WeakPassphraseException(int length)
    : VaultException($"The passphrase has {length} characters, and at least {Passphrase.MinimumLength} are needed. Choose a longer one; several words are easy to keep in mind.")
{
    /// <summary>Its length in characters.</summary>
    public int Length { get; } = length;
}
