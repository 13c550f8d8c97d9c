using System.Text;
using FheOrleans.Cluster.Tests.Support;
using FheOrleans.Hosting;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Silo.Hosting;
using FheOrleans.Silo.Identity;
using FheOrleans.Silo.Options;
using FheOrleans.Silo.Storage.Postgres;
using FheOrleans.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace FheOrleans.Cluster.Tests.Contract;

public class PreparationTests
{
    private static readonly string[] All =
        [SecretsFolder.Connection, SecretsFolder.Certificate, SecretsFolder.OperatorToken, SecretsFolder.SigningKey, SecretsFolder.ClusterCertificate];

    [Fact]
    public async Task MakeSecrets_NewFolder_MakesWhatEveryProcessNeeds()
    {
        using var place = new TemporaryFolder();
        var secrets = SecretsFolder.Make(place["secrets"]);

        var made = await Preparation.MakeSecretsAsync(secrets, await OptionsAsync(place, "gateway.example"), TimeProvider.System);

        Assert.Equal(All, made);
        Assert.Equal("Host=db.example;Database=fhe;Username=fhe;Password=\"a;b\"", DatabaseConnection.Read(secrets), ignoreCase: true);
        Assert.StartsWith("fo.operator.", Encoding.UTF8.GetString(secrets.Read(SecretsFolder.OperatorToken)), StringComparison.Ordinal);
        using var key = NodeSigningKey.Load(secrets);
        using var peers = PeerCertificates.Load(secrets);
        using var certificate = SelfSignedCertificate.Load(secrets.Read(SecretsFolder.Certificate), "");
        Assert.True(certificate.MatchesHostname("gateway.example"));
        Assert.True(certificate.MatchesHostname("localhost"));
    }

    [Fact]
    public async Task MakeSecrets_Again_MakesNothingAndChangesNothing()
    {
        using var place = new TemporaryFolder();
        var secrets = SecretsFolder.Make(place["secrets"]);
        await Preparation.MakeSecretsAsync(secrets, await OptionsAsync(place), TimeProvider.System);
        var before = All.Select(secrets.Read).ToArray();

        Assert.Empty(await Preparation.MakeSecretsAsync(secrets, await OptionsAsync(place, "another.example"), TimeProvider.System));

        Assert.Equal(before, All.Select(secrets.Read));
    }

    [Fact]
    public async Task MakeSecrets_OperatorTookTheTokenAway_MakesNoOther()
    {
        using var place = new TemporaryFolder();
        var secrets = SecretsFolder.Make(place["secrets"]);
        await Preparation.MakeSecretsAsync(secrets, await OptionsAsync(place), TimeProvider.System);
        File.Delete(secrets.PathOf(SecretsFolder.OperatorToken));

        Assert.Empty(await Preparation.MakeSecretsAsync(secrets, await OptionsAsync(place), TimeProvider.System));

        Assert.False(secrets.Has(SecretsFolder.OperatorToken));
    }

    [Fact]
    public async Task MakeSecrets_NoConnectionAnywhere_LeavesNothingBehind()
    {
        using var place = new TemporaryFolder();
        var secrets = SecretsFolder.Make(place["secrets"]);

        var fault = await Assert.ThrowsAsync<StartException>(() => Preparation.MakeSecretsAsync(secrets, new PrepareOptions { Secrets = secrets.Path }, TimeProvider.System));

        Assert.Contains("--database-file", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(secrets.Path));
    }

    [Theory, InlineData("Host=db;Password=s3cret;b"), InlineData("Database=fhe;Password=s3cret"), InlineData("postgres://fhe:s3cret@db/fhe")]
    public void Parse_NoConnectionString_SaysSoWithoutQuotingIt(string text)
    {
        var fault = Assert.Throws<StartException>(() => DatabaseConnection.Parse(text, "The file"));

        Assert.Contains("The file", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault.ToString(), StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Prepare_Twice_AppliesTheSchemaOnceAndSaysWhatClientsPin()
    {
        using var place = new TemporaryFolder();
        var file = place["connection"];
        PostgreSqlServer.WriteConnectionFile(file, await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync());
        string[] command = ["--prepare", "--secrets", place["secrets"], "--host", "127.0.0.1", "--database-file", file];

        var first = await ProgramProcess.RunAsync(ProgramProcess.Silo, command);
        var second = await ProgramProcess.RunAsync(ProgramProcess.Silo, command);

        Assert.Equal((0, "", 0, ""), (first.ExitCode, first.Error, second.ExitCode, second.Error));
        Assert.Contains("002_orleans_membership", first.Output, StringComparison.Ordinal);
        Assert.Equal(first.Output.TrimEnd().Split('\n')[^1], second.Output.TrimEnd());
        Assert.Matches("^prepared .* sha256:[0-9A-F]{64}$", second.Output.TrimEnd());
    }

    [PostgreSqlFact]
    public async Task Prepare_NodeUsesTheDatabase_IsRefused()
    {
        using var place = new TemporaryFolder();
        var connection = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync();
        PostgreSqlServer.WriteConnectionFile(place["connection"], connection);
        await using var database = new PostgresDatabase(connection, TimeProvider.System);
        await using var node = await DatabaseClaim.TakeAsync(database, isShared: false, NullLogger.Instance, () => { }, CancellationToken.None);

        var (exit, output, error) = await ProgramProcess.RunAsync(
            ProgramProcess.Silo, "--prepare", "--secrets", place["secrets"], "--host", "127.0.0.1", "--database-file", place["connection"]);

        Assert.Equal(1, exit);
        Assert.Contains("Another node uses the database", error, StringComparison.Ordinal);
        Assert.DoesNotContain("applied", output, StringComparison.Ordinal);
    }

    private static async Task<PrepareOptions> OptionsAsync(TemporaryFolder place, params string[] hosts)
    {
        await File.WriteAllTextAsync(place["connection"], "Host=db.example;Database=fhe;Username=fhe;Password=\"a;b\"\n");
        return new PrepareOptions { Secrets = place["secrets"], Hosts = [.. hosts], DatabaseFile = place["connection"] };
    }
}
