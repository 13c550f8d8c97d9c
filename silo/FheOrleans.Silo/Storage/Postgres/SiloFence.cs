using System.Globalization;
using System.Text;
using FheOrleans.Grains;
using Npgsql;
using static FheOrleans.Silo.Storage.Postgres.PostgresDatabase;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>A silo that the others have declared dead writes no payload any more, whatever it was about to do when it hung.</summary>
/// <remarks>
/// Grain state is written against its version, so of two activations of a grain one fails. Payloads have no version: an activation that hung between
/// reading and writing would write over what the next one has written meanwhile, or delete it. So the statement that writes also asks the
/// table of the cluster's silos whether this one is still one of them. docs/decisions/cluster-fence.md weighs it.
/// </remarks>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Address">The silo's address, as the table has it.</param>
/// <param name="Port">The silo's port.</param>
/// <param name="Generation">Which start of the silo at that place this is.</param>
internal sealed record SiloFence(string Cluster, string Address, int Port, int Generation)
{
    private const string Always = "true", Member = "EXISTS (SELECT FROM member)";

    private static readonly CompositeFormat Dead = CompositeFormat.Parse(
        "WITH member AS (SELECT FROM orleans_silo WHERE cluster = ${0} AND address = ${1} AND port = ${2} AND generation = ${3} AND status <> 6), "
        + "written AS ({4}) SELECT {5}");

    /// <summary>The statement that does something as long as the silo is one.</summary>
    /// <param name="fence">The silo's; null for a statement that is not guarded.</param>
    /// <param name="statement">What to do, with <c>{0}</c> for the condition in it. It returns nothing.</param>
    /// <param name="firstParameter">The number of the first parameter after the statement's own.</param>
    internal static string Guard(SiloFence? fence, string statement, int firstParameter)
    {
        var text = CompositeFormat.Parse(statement);
        if (fence is null) return string.Format(CultureInfo.InvariantCulture, text, Always);
        var guarded = string.Format(CultureInfo.InvariantCulture, text, Member);
        return string.Format(CultureInfo.InvariantCulture, Dead, firstParameter, firstParameter + 1, firstParameter + 2, firstParameter + 3, guarded, Member);
    }

    /// <summary>Executes such a statement, of which all other parameters have been added.</summary>
    /// <exception cref="StorageException">The silo is not one of the cluster's any more, and nothing was done.</exception>
    internal static async Task<bool> ExecuteAsync(SiloFence? fence, NpgsqlCommand command, CancellationToken cancellationToken)
    {
        if (fence is null)
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        command.Parameters.Add(Value(fence.Cluster));
        command.Parameters.Add(Value(fence.Address));
        command.Parameters.Add(Value(fence.Port));
        command.Parameters.Add(Value(fence.Generation));
        // Passing, for who asked: another silo has the grain by now.
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))! ? true : throw new StorageException(
            "the others have declared this silo dead, so it writes nothing any more. What it was at is done by another one.", isTransient: true);
    }
}
