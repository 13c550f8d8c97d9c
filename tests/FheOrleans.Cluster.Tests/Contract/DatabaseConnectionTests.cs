using FheOrleans.Hosting;
using Npgsql;

namespace FheOrleans.Cluster.Tests.Contract;

public class DatabaseConnectionTests
{
    [Theory]
    [InlineData("127.0.0.1", SslMode.Prefer)]
    [InlineData("/run/postgresql", SslMode.Prefer)]
    [InlineData("localhost:5433, 127.0.0.1:5434", SslMode.Prefer)]
    [InlineData("::1,[::1]:5433", SslMode.Prefer)]
    [InlineData("db.example.org", SslMode.Require)]
    [InlineData("127.0.0.1,db.example.org:5433", SslMode.Require)]
    [InlineData("localhost.example.org", SslMode.Require)]
    public void Guarded_NoWordOfTls_IsRequiredUnlessAllHostsAreThisMachine(string hosts, SslMode expected) =>
        Assert.Equal(expected, DatabaseConnection.Guarded($"Host={hosts};Database=d").SslMode);

    [Theory, InlineData("SSL Mode=Disable", SslMode.Disable), InlineData("sslmode=prefer", SslMode.Prefer), InlineData("SslMode=VerifyFull", SslMode.VerifyFull)]
    public void Guarded_WordOfTls_Holds(string word, SslMode expected) =>
        Assert.Equal(expected, DatabaseConnection.Guarded($"Host=db.example.org;Database=d;{word}").SslMode);

    [Fact]
    public void Guarded_SeveralHosts_OnlyOneThatTakesWritesIsUsed()
    {
        Assert.Equal("read-write", DatabaseConnection.Guarded("Host=one,two;Database=d").TargetSessionAttributes);
        Assert.Equal("primary", DatabaseConnection.Guarded("Host=one,two;Database=d;Target Session Attributes=primary").TargetSessionAttributes);
        Assert.Null(DatabaseConnection.Guarded("Host=one;Database=d").TargetSessionAttributes);
    }

    [Fact]
    public void Guarded_FileSharesSessions_EachIsOneCallersAllTheSame()
    {
        var settings = DatabaseConnection.Guarded("Host=one;Database=d;Multiplexing=true;No Reset On Close=true");

        Assert.False(settings.Multiplexing);
        Assert.False(settings.NoResetOnClose);
    }
}
