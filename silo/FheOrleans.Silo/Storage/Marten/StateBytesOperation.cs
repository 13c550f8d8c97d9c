using System.Data.Common;
using JasperFx;
using NpgsqlTypes;
using Weasel.Core;
using Weasel.Storage;
using ICommandBuilder = Weasel.Postgresql.ICommandBuilder;

namespace FheOrleans.Silo.Storage.Marten;

/// <summary>One statement about bytes beside documents, in their transaction.</summary>
/// <param name="record">
/// The record whose one row the statement must change and return, or the transaction is undone; null where it may be any number.
/// </param>
/// <param name="sql">The statement; each '?' is a parameter.</param>
/// <param name="parameters">Their values, in order.</param>
internal sealed class StateBytesOperation(StateRecord? record, string sql, params (object Value, NpgsqlDbType Type)[] parameters)
    : global::Marten.Internal.Operations.IStorageOperation
{
    /// <inheritdoc/>
    public Type DocumentType => typeof(GrainDocument);

    /// <inheritdoc/>
    public OperationRole Role() => OperationRole.Other;

    /// <inheritdoc/>
    public void ConfigureCommand(ICommandBuilder builder, IStorageSession session)
    {
        var pieces = sql.Split('?');
        for (var i = 0; i < pieces.Length; i++)
        {
            if (i > 0) builder.AppendParameter(parameters[i - 1].Value, parameters[i - 1].Type);
            builder.Append(pieces[i]);
        }
    }

    /// <inheritdoc/>
    public async Task PostprocessAsync(DbDataReader reader, IList<Exception> exceptions, CancellationToken token)
    {
        if (record is { } one && !await reader.ReadAsync(token)) exceptions.Add(new ConcurrencyException(typeof(GrainDocument), one.Id));
    }
}
