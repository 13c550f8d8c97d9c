using FheOrleans.Client.Forecasts;

namespace FheOrleans.Client.Receipts;

/// <summary>A receipt, or an entry of the ledger, is not what it must be: the node's word and what this farm knows differ.</summary>
/// <param name="what">Which statement: <c>receipt of part 0 of inference 'july'</c>.</param>
/// <param name="found">What it holds, or that it is missing.</param>
/// <param name="expected">What this farm knows.</param>
public sealed class ReceiptMismatchException(string what, string found, string expected) : ForecastException(
    $"The {what} does not agree with what this farm knows: found {found}, expected {expected}. Nothing was decrypted from it. Keep the farm's folder as it is, " +
    "run 'farm verify', and ask the node's operator.")
{
    /// <summary>Which statement.</summary>
    public string What { get; } = what;

    /// <summary>What it holds.</summary>
    public string Found { get; } = found;

    /// <summary>What this farm knows.</summary>
    public string Expected { get; } = expected;
}

/// <summary>A statement was not signed by the node's key that this farm has known from the beginning.</summary>
/// <param name="found">The key that the node, or the statement, names.</param>
/// <param name="expected">The key this farm knows.</param>
public sealed class NodeKeyChangedException(string found, string expected) : ForecastException(
    $"The node signs with the key {found}, expected {expected}, which it signed with before. Ask its operator whether the node was given a new key; if so, accept it " +
    "with 'farm verify --accept-key'. What the old key signed stays provable with the old key, which this farm keeps.")
{
    /// <summary>The key the node names.</summary>
    public string Found { get; } = found;

    /// <summary>The key this farm knows.</summary>
    public string Expected { get; } = expected;
}
