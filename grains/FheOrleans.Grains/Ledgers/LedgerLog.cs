using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Ledgers;

/// <summary>Event ids 190 to 199.</summary>
internal static partial class LedgerLog
{
    [LoggerMessage(190, LogLevel.Information, "Ledger of {Tenant}/{Owner}: entry {Number}, {Kind} {Subject}")]
    internal static partial void Entered(this ILogger<LedgerGrain> log, string tenant, string owner, long number, LedgerKind kind, string subject);
}
