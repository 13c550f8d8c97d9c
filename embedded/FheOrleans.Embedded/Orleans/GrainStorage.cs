using Orleans.Runtime;

namespace Orleans
{
    /// <summary>A record as it goes to and from storage.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    public interface IGrainState<T>
    {
        /// <summary>The value; null when there is none.</summary>
        T? State { get; set; }

        /// <summary>The stored version; null when nothing is stored.</summary>
        string? ETag { get; set; }

        /// <summary>Whether the record is stored.</summary>
        bool RecordExists { get; set; }
    }

    /// <summary>A record as it goes to and from storage.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    public sealed class GrainState<T> : IGrainState<T>
    {
        /// <inheritdoc/>
        public T? State { get; set; }

        /// <inheritdoc/>
        public string? ETag { get; set; }

        /// <inheritdoc/>
        public bool RecordExists { get; set; }
    }
}

namespace Orleans.Storage
{
    /// <summary>Where grain state rests. Writing compares versions: nobody overwrites what they have not read.</summary>
    public interface IGrainStorage
    {
        /// <summary>Reads a record; where there is none, the value becomes a new one and the version null.</summary>
        /// <typeparam name="T">The value's type.</typeparam>
        /// <param name="stateName">The record's name in the grain.</param>
        /// <param name="grainId">The grain.</param>
        /// <param name="grainState">Receives value and version.</param>
        /// <returns>When it is read.</returns>
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <summary>Writes a record if its stored version is the one that was read, and sets the new version.</summary>
        /// <typeparam name="T">The value's type.</typeparam>
        /// <param name="stateName">The record's name in the grain.</param>
        /// <param name="grainId">The grain.</param>
        /// <param name="grainState">Value and version as read; receives the new version.</param>
        /// <returns>When it is durable.</returns>
        /// <exception cref="InconsistentStateException">The stored version is another one.</exception>
        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <summary>Deletes a record if its stored version is the one that was read.</summary>
        /// <typeparam name="T">The value's type.</typeparam>
        /// <param name="stateName">The record's name in the grain.</param>
        /// <param name="grainId">The grain.</param>
        /// <param name="grainState">The version as read; receives a new value and no version.</param>
        /// <returns>When it is durable.</returns>
        /// <exception cref="InconsistentStateException">The stored version is another one.</exception>
        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);
    }

    /// <summary>
    /// A stored record is not the version the writer had read. The activation that gets this is deactivated and reads again.
    /// </summary>
    public class InconsistentStateException : OrleansException
    {
        /// <summary>Without particulars.</summary>
        public InconsistentStateException()
        {
        }

        /// <summary>With a message only.</summary>
        /// <param name="message">What happened.</param>
        public InconsistentStateException(string message) : base(message)
        {
        }

        /// <summary>With a message and its cause.</summary>
        /// <param name="message">What happened.</param>
        /// <param name="innerException">The cause.</param>
        public InconsistentStateException(string message, Exception? innerException) : base(message, innerException)
        {
        }

        /// <summary>With both versions.</summary>
        /// <param name="errorMsg">What happened.</param>
        /// <param name="storedEtag">The version in storage, or null where there is none.</param>
        /// <param name="currentEtag">The version the writer had read, or null where it had read none.</param>
        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
            : base($"{errorMsg} Stored version: {storedEtag ?? "none"}; version read: {currentEtag ?? "none"}.") =>
            (StoredEtag, CurrentEtag) = (storedEtag, currentEtag);

        /// <summary>The version in storage, or null where there is none.</summary>
        public string? StoredEtag { get; }

        /// <summary>The version the writer had read, or null where it had read none.</summary>
        public string? CurrentEtag { get; }
    }
}
