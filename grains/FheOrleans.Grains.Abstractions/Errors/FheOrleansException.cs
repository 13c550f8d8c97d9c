using Orleans;

namespace FheOrleans.Grains;

/// <summary>
/// The base of all errors that grains give their callers. Messages carry names, sizes and kinds, never a byte of a payload.
/// </summary>
[GenerateSerializer, Alias("fhe.error")]
public abstract class FheOrleansException : Exception
{
    private protected FheOrleansException(string message) : base(message)
    {
    }

    private protected FheOrleansException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Whether the same call may succeed later without being changed.</summary>
    public virtual bool IsTransient => false;
}
