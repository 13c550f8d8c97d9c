using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Nodes;

namespace FheOrleans.Client.Keys;

/// <summary>A farm's folder: who it is, its sealed secrets, its records, networks, uploads and forecasts.</summary>
/// <remarks>
/// <code>
/// profile.json               the node's address and certificate, tenant and owner (not secret)
/// token.sealed               the bearer token, under the passphrase
/// keys/ID.sealed             the secret key of a key set, under the passphrase
/// herds/NAME.herd            wrangled records
/// networks/NAME.json         trained networks
/// uploads/DATASET.json       what was encrypted for which plan: an upload cut off goes on from it
/// pending/ID.kind            public keys on their way to the node; deleted once it has them all
/// forecasts/INFERENCE.json   decrypted forecasts
/// sent/ID.keys, .chunks      hashes of the keys and chunks that were sent
/// receipts/INFERENCE.json    the node's receipts, checked when they came
/// node-key.json              the key the node signs with, as it was when they met
/// ledger.json                the head of the farm's ledger on the node when it was last seen
/// events.json                number of the last event received from the node
/// </code>
/// Every file and folder is for its owner only.
/// </remarks>
public sealed class FarmHome : IDisposable
{
    private const string TokenPurpose = "bearer token";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Func<Passphrase> _askPassphrase;
    private Vault? _vault;

    /// <summary>Opens a home; nothing is created and no passphrase is asked for before one is needed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="askPassphrase">Gives the passphrase; called once at most.</param>
    public FarmHome(string folder, Func<Passphrase> askPassphrase)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(askPassphrase);
        (Folder, _askPassphrase) = (Path.GetFullPath(folder), askPassphrase);
    }

    /// <summary>The folder used when none is named: <c>.farm</c> in the user's own folder.</summary>
    public static string DefaultFolder => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".farm");

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Whether <c>farm init</c> was run here.</summary>
    public bool IsInitialized => File.Exists(PathOf("profile.json"));

    /// <summary>
    /// Asks for the passphrase now, and opens what is sealed with it, so that a wrong one is known before anything is done.
    /// </summary>
    /// <exception cref="VaultException">The passphrase is wrong.</exception>
    public void Unlock()
    {
        _ = Vault;
        RequireTheSamePassphrase();
    }

    /// <summary>Keeps who the farm is and its token. An earlier token is replaced.</summary>
    /// <param name="profile">The node and the names there.</param>
    /// <param name="token">The bearer token.</param>
    /// <exception cref="VaultException">The passphrase is not the one this home's other secrets are under.</exception>
    public void Initialize(FarmProfile profile, string token)
    {
        ArgumentNullException.ThrowIfNull(profile);
        RequireTheSamePassphrase();
        WriteSealed("token.sealed", TokenPurpose, Encoding.UTF8.GetBytes(token));
        Write("profile.json", profile);
    }

    /// <summary>Keeps where the node is now; who the farm is there stays.</summary>
    /// <param name="address">The node's addresses and certificate.</param>
    /// <exception cref="FarmHomeException">The home was not initialized.</exception>
    public FarmProfile MoveNode(NodeAddress address)
    {
        var profile = ReadProfile().MovedTo(address);
        Write("profile.json", profile);
        return profile;
    }

    /// <summary>Who the farm is.</summary>
    /// <exception cref="FarmHomeException">The home was not initialized, or the file is damaged.</exception>
    public FarmProfile ReadProfile() => Read<FarmProfile>("profile.json") ?? throw new FarmHomeException($"'{Folder}' is not a farm's home yet. Run 'farm init' first, or name another folder with --home.");

    /// <summary>The bearer token.</summary>
    /// <exception cref="VaultException">The passphrase is wrong, or the file is damaged.</exception>
    /// <exception cref="FarmHomeException">The home was not initialized.</exception>
    public string ReadToken()
    {
        var token = ReadSealed("token.sealed", TokenPurpose)
            ?? throw new FarmHomeException($"'{Folder}' has no token. Run 'farm init' first.");
        try
        {
            return Encoding.UTF8.GetString(token);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(token);
        }
    }

    /// <summary>
    /// Keeps the secret key of a key set. An existing one is never overwritten: all that was encrypted under it would be lost.
    /// </summary>
    /// <param name="keySet">The key set's id.</param>
    /// <param name="key">The key; stays the caller's.</param>
    /// <exception cref="FarmHomeException">There is a key of that name.</exception>
    public void SaveSecretKey(string keySet, SecretKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var name = SecretKeyName(keySet);
        if (File.Exists(PathOf(name))) throw new FarmHomeException($"There is a secret key for key set '{keySet}' already. Choose another id; a key is never overwritten.");
        WriteSealed(name, SecretKeyPurpose(keySet), key.Export());
    }

    /// <summary>The secret key of a key set.</summary>
    /// <param name="keySet">The key set's id.</param>
    /// <param name="parameters">The parameters it was made for.</param>
    /// <returns>The key, which the caller disposes; null if there is none of that name.</returns>
    /// <exception cref="VaultException">The passphrase is wrong, or the file is damaged.</exception>
    public SecretKey? ReadSecretKey(string keySet, CkksParameters parameters)
    {
        if (ReadSealed(SecretKeyName(keySet), SecretKeyPurpose(keySet)) is not { } bytes) return null;
        try
        {
            return SecretKey.Import(parameters, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Path of a wrangled herd.</summary>
    public string HerdPath(string name) => PathOf(Path.Combine("herds", Checked(name) + ".herd"));

    /// <summary>Path of a trained network.</summary>
    public string NetworkPath(string name) => PathOf(Path.Combine("networks", Checked(name) + ".json"));

    /// <summary>Herds of this home that were read lately.</summary>
    internal HerdShelf Shelf { get; } = new();

    /// <summary>Names of what is in a folder of the home, sorted.</summary>
    internal IReadOnlyList<string> Names(string folder) => Directory.Exists(PathOf(folder))
        ? [.. Directory.EnumerateFiles(PathOf(folder)).Where(file => !file.EndsWith(".new", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension).OfType<string>().Order(StringComparer.Ordinal)]
        : [];

    internal void Write<T>(string name, T value) => OwnerOnlyFiles.Write(PathOf(name), JsonSerializer.SerializeToUtf8Bytes(value, Json));

    internal T? Read<T>(string name) where T : class
    {
        if (!File.Exists(PathOf(name))) return null;
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(PathOf(name)), Json);
        }
        catch (JsonException fault)
        {
            throw new FarmHomeException($"'{name}' in '{Folder}' is damaged. Restore it from a backup, or remove it to start it anew.",
                fault);
        }
    }

    /// <summary>A name that is safe in a path and on a node: the node's own rule for ids.</summary>
    internal static string Checked(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var good = name.Length is >= 1 and <= 40 && name[0] != '-' && name.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
        return good ? name
            : throw new FarmHomeException("A name has 1 to 40 letters a to z, digits or hyphens, and does not start with a hyphen. Choose another name.");
    }

    /// <summary>Zeroes what was derived from the passphrase.</summary>
    public void Dispose() => _vault?.Dispose();

    private Vault Vault => _vault ??= new(_askPassphrase());

    private static string SecretKeyName(string keySet) => Path.Combine("keys", Checked(keySet) + ".sealed");

    private static string SecretKeyPurpose(string keySet) => $"secret key of key set {keySet}";

    private string PathOf(string name) => Path.Combine(Folder, name);

    private void WriteSealed(string name, string purpose, byte[] secret)
    {
        try
        {
            OwnerOnlyFiles.Write(PathOf(name), Vault.Seal(purpose, secret));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private byte[]? ReadSealed(string name, string purpose) =>
        File.Exists(PathOf(name)) ? Vault.Open(purpose, File.ReadAllBytes(PathOf(name)), name) : null;

    /// <summary>One home, one passphrase: a new token under a mistyped one would lock half of the home.</summary>
    private void RequireTheSamePassphrase()
    {
        foreach (var keySet in Names("keys")) CryptographicOperations.ZeroMemory(ReadSealed(SecretKeyName(keySet), SecretKeyPurpose(keySet)));
        CryptographicOperations.ZeroMemory(ReadSealed("token.sealed", TokenPurpose));
    }
}
