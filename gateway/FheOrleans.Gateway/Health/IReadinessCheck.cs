namespace FheOrleans.Gateway;

/// <summary>Something a node needs to take requests, for the part that has it to check.</summary>
public interface IReadinessCheck
{
    /// <summary>Tries it.</summary>
    /// <param name="cancellationToken">Cancelled when the answer is waited for no longer; what was begun may go on.</param>
    /// <returns>Null when it is well; otherwise one sentence for the operator, without a name or a path of a tenant's.</returns>
    Task<string?> FaultAsync(CancellationToken cancellationToken);
}
