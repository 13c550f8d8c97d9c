using System.Buffers.Binary;
using System.Text;
using FheOrleans.Client.Keys;

namespace FheOrleans.Client.Tests.Keys;

public sealed class VaultTests : IDisposable
{
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("what nobody else may read");
    private readonly Vault _vault = new(Passphrase.From("correct horse battery"));

    public void Dispose() => _vault.Dispose();

    [Fact]
    public void Open_WhatWasSealed_GivesItBack()
    {
        var sealedSecret = _vault.Seal("test", Secret);
        Assert.Equal(Secret, _vault.Open("test", sealedSecret, "file"));
        Assert.Equal(-1, sealedSecret.AsSpan().IndexOf(Secret));
        using var another = new Vault(Passphrase.From("correct horse battery"));
        Assert.Equal(Secret, another.Open("test", sealedSecret, "file"));
    }

    [Fact]
    public void Seal_Twice_NeverUsesANonceAgain()
    {
        byte[] first = _vault.Seal("test", Secret), second = _vault.Seal("test", Secret);
        Assert.NotEqual(first[29..41], second[29..41]);
        // One salt per home: the passphrase is stretched once.
        Assert.Equal(first[13..29], second[13..29]);
        Assert.True(BinaryPrimitives.ReadInt32LittleEndian(first.AsSpan(9)) >= 600_000);
    }

    [Fact]
    public void Open_WithAnotherPassphrase_SaysSo()
    {
        using var another = new Vault(Passphrase.From("correct horse batterz"));
        var fault = Assert.Throws<WrongPassphraseException>(() => another.Open("test", _vault.Seal("test", Secret), "token.sealed"));
        Assert.Contains("'token.sealed' does not open", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnyBitFlipped_IsRefused()
    {
        var good = _vault.Seal("test", Secret);
        // Every byte once, except the salt: a changed salt is a changed key, and costs a stretching each; one stands for all.
        foreach (var at in Enumerable.Range(0, good.Length).Where(at => at is < 14 or >= 29))
        {
            // The upper bytes of the count of rounds would pass as a legal count and cost a stretching of seconds.
            if (at is >= 9 and < 13) continue;
            var bad = (byte[])good.Clone();
            bad[at] ^= 0x10;
            Assert.ThrowsAny<VaultException>(() => _vault.Open("test", bad, "file"));
        }
    }

    [Fact]
    public void Open_FewerRounds_IsRefusedBeforeAnythingIsComputed()
    {
        var weakened = _vault.Seal("test", Secret);
        BinaryPrimitives.WriteInt32LittleEndian(weakened.AsSpan(9), 1000);
        Assert.Throws<SealedFileFormatException>(() => _vault.Open("test", weakened, "file"));
        BinaryPrimitives.WriteInt32LittleEndian(weakened.AsSpan(9), int.MaxValue);
        Assert.Throws<SealedFileFormatException>(() => _vault.Open("test", weakened, "file"));
    }

    [Fact]
    public void Open_ForAnotherPurpose_IsRefused() =>
        Assert.Throws<SealedFileFormatException>(() => _vault.Open("secret key of key set b", _vault.Seal("secret key of key set a", Secret), "file"));

    [Fact]
    public void Open_CutShort_IsRefusedAtEveryLength()
    {
        var good = _vault.Seal("test", Secret);
        for (var length = 0; length < good.Length; length++) Assert.ThrowsAny<VaultException>(() => _vault.Open("test", good.AsSpan(0, length), "file"));
    }

    [Fact]
    public void From_AShortPassphrase_IsRefused() => Assert.Equal(7, Assert.Throws<WeakPassphraseException>(() => Passphrase.From("seven77")).Length);
}
