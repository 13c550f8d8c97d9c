namespace FheOrleans.Gateway.Identity;

/// <summary>What a caller may be. The operator is of no tenant; the others are what a member of a tenant may be, several at
/// once.</summary>
internal enum Role
{
    /// <summary>Runs the node: makes tenants, sets their quotas, and does in them what their administrators may.</summary>
    Operator,

    /// <summary>Runs one tenant: its members, their tokens, its usage.</summary>
    Administrator,

    /// <summary>Has keys, datasets and inferences of its own.</summary>
    Owner,

    /// <summary>Has models of its own.</summary>
    Publisher,
}
