using System.Security.Cryptography;
using System.Text;
using JasperFx.Events;

namespace FheOrleans.Silo.Storage.Marten;

/// <summary>The event of a ledger's stream: an entry was entered.</summary>
/// <param name="Reference">Tells the entry from every other of its ledger.</param>
/// <param name="Entry">The entry's canonical bytes.</param>
internal sealed record LedgerEntered(Guid Reference, byte[] Entry)
{
    private const int ReferenceBytes = 16;

    /// <summary>The event's id: of the ledger and the reference together, because ids are unique in the whole database.</summary>
    /// <remarks>SHA-256 of the ledger's name, a zero byte and the reference, cut to 16 bytes.</remarks>
    internal static Guid IdOf(string ledger, Guid reference)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. Encoding.UTF8.GetBytes(ledger), 0, .. reference.ToByteArray(bigEndian: true)], hash);
        return new(hash[..ReferenceBytes], bigEndian: true);
    }

    /// <summary>
    /// The event's body as bytes, the reference and then the entry. Not JSON: jsonb gives back another order of members and other spellings of
    /// numbers, and the ledger's chain is over bytes.
    /// </summary>
    internal sealed class Serializer : IEventBinarySerializer
    {
        /// <inheritdoc/>
        public byte[] Serialize(Type type, object data)
        {
            var entered = (LedgerEntered)data;
            return [.. entered.Reference.ToByteArray(bigEndian: true), .. entered.Entry];
        }

        /// <inheritdoc/>
        /// <exception cref="InvalidDataException">There are fewer bytes than a reference has.</exception>
        public object Deserialize(Type type, byte[] data) => data.Length >= ReferenceBytes
            ? new LedgerEntered(new(data.AsSpan(0, ReferenceBytes), bigEndian: true), data[ReferenceBytes..])
            : throw new InvalidDataException(
                $"A ledger's event has {data.Length} bytes; expected at least {ReferenceBytes}. The table of events was changed by somebody.");
    }
}
