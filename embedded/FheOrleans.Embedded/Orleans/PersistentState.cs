namespace Orleans.Core
{
    /// <summary>One stored record of a grain.</summary>
    public interface IStorage
    {
        /// <summary>The version of the record as last read or written; null when there is none.</summary>
        string? Etag { get; }

        /// <summary>Whether the record is stored.</summary>
        bool RecordExists { get; }

        /// <summary>Deletes the record and resets the value.</summary>
        /// <returns>When it is durable.</returns>
        /// <exception cref="Orleans.Storage.InconsistentStateException">Somebody else changed the record.</exception>
        Task ClearStateAsync();

        /// <summary>Stores the value.</summary>
        /// <returns>When it is durable.</returns>
        /// <exception cref="Orleans.Storage.InconsistentStateException">Somebody else changed the record.</exception>
        Task WriteStateAsync();

        /// <summary>Reads the value again, giving up what was not written.</summary>
        /// <returns>When the value is there.</returns>
        Task ReadStateAsync();
    }

    /// <summary>One stored record of a grain, with its value.</summary>
    /// <typeparam name="TState">The value's type.</typeparam>
    public interface IStorage<TState> : IStorage
    {
        /// <summary>
        /// The value: never null, a new one when nothing is stored. Changing it stores nothing until the record is written.
        /// </summary>
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>A named record of a grain's state, read before the grain is activated.</summary>
    /// <typeparam name="TState">The value's type, with a parameterless constructor.</typeparam>
    public interface IPersistentState<TState> : Orleans.Core.IStorage<TState>;

    /// <summary>Asks for a record of the grain's state as a constructor parameter.</summary>
    /// <param name="stateName">The record's name, unique in the grain.</param>
    /// <param name="storageName">The storage it rests in; null for the default one.</param>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
    {
        /// <summary>The record's name.</summary>
        public string StateName { get; } = stateName;

        /// <summary>The storage's name, or null for the default one.</summary>
        public string? StorageName { get; } = storageName;
    }
}
