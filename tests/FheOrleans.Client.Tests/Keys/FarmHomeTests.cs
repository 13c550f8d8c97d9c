using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Client.Keys;

namespace FheOrleans.Client.Tests.Keys;

public sealed class FarmHomeTests : IDisposable
{
    private static readonly FarmProfile Profile = new(new("https://127.0.0.1:5443"), new string('A', 64), "coop", "meadow");
    private static readonly CkksParameters Parameters = CkksParameters.Create(4096, 36, 36);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadProfile_BeforeInit_SaysWhatToDo()
    {
        using var home = Open("first passphrase");
        Assert.False(home.IsInitialized);
        Assert.Contains("farm init", Assert.Throws<FarmHomeException>(() => home.ReadProfile()).Message, StringComparison.Ordinal);
        Assert.Contains("farm init", Assert.Throws<FarmHomeException>(() => home.ReadToken()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadToken_WithTheRightPassphraseOnly_GivesTheToken()
    {
        using (var home = Open("first passphrase")) home.Initialize(Profile, "fo.coop.meadow.secret");
        using (var again = Open("first passphrase")) Assert.Equal(("fo.coop.meadow.secret", Profile), (again.ReadToken(), again.ReadProfile()));
        using var wrong = Open("other passphrase");
        Assert.Throws<WrongPassphraseException>(() => wrong.ReadToken());
        // One home, one passphrase: what is there is not put out of reach by a mistyped one.
        Assert.Throws<WrongPassphraseException>(() => wrong.Initialize(Profile, "another"));
        using var right = Open("first passphrase");
        Assert.Equal("fo.coop.meadow.secret", right.ReadToken());
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains("fo.coop", StringComparison.Ordinal));
    }

    [Fact]
    public void ReadSecretKey_WhatWasSaved_IsTheSameKey()
    {
        using var home = Open("first passphrase");
        using var key = SecretKey.Generate(Parameters);
        home.SaveSecretKey("ks-1", key);
        using var again = home.ReadSecretKey("ks-1", Parameters)!;
        Assert.Equal(key.Export(), again.Export());
        Assert.Null(home.ReadSecretKey("ks-2", Parameters));
        Assert.Throws<FarmHomeException>(() => home.SaveSecretKey("ks-1", key));
        // The key's file in another key set's place is refused: its name is authenticated.
        File.Copy(_folder["keys/ks-1.sealed"], _folder["keys/ks-2.sealed"]);
        Assert.Throws<SealedFileFormatException>(() => home.ReadSecretKey("ks-2", Parameters));
    }

    [Fact]
    public void Initialize_OnUnix_LeavesEverythingToTheOwnerOnly()
    {
        if (OperatingSystem.IsWindows()) return;
        using var home = Open("first passphrase", "new");
        home.Initialize(Profile, "token");
        using var key = SecretKey.Generate(Parameters);
        home.SaveSecretKey("ks-1", key);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        foreach (var entry in Directory.EnumerateFileSystemEntries(home.Folder, "*", SearchOption.AllDirectories).Append(home.Folder))
            Assert.Equal(default, File.GetUnixFileMode(entry) & Others);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up")]
    [InlineData("-x")]
    [InlineData("Upper")]
    [InlineData("a/b")]
    public void HerdPath_ABadName_IsRefused(string name)
    {
        using var home = Open("first passphrase");
        Assert.Throws<FarmHomeException>(() => home.HerdPath(name));
    }

    private FarmHome Open(string passphrase, string folder = "") => new(_folder[folder], () => Passphrase.From(passphrase));
}
