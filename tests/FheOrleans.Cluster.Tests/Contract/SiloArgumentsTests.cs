using FheOrleans.Hosting;
using FheOrleans.Silo.Options;

namespace FheOrleans.Cluster.Tests.Contract;

public class SiloArgumentsTests
{
    [Fact]
    public void Read_OnlyWhatIsRequired_TakesTheDefaults()
    {
        var (options, faults) = SiloArguments.Read(["--secrets", "s", "--cluster", "vale", "--silo", "10.0.0.5:11111"]);

        Assert.Empty(faults);
        Assert.Equal(("s", "vale", new HostPort("10.0.0.5", 11111)), (options.Secrets, options.Cluster, options.Silo));
        Assert.Null(options.Clients);
        Assert.Equal((new Uri("http://127.0.0.1:0"), Environment.ProcessorCount, 6), (options.Health, options.Workers, options.Silence.TotalSeconds));
    }

    [Fact]
    public void Read_EveryOption_IsRead()
    {
        var (options, faults) = SiloArguments.Read(
            ["--secrets=s", "--cluster=vale-2", "--silo=[fd00::5]:11111", "--clients=[fd00::5]:30000", "--health", "http://0.0.0.0:8080", "--workers", "2", "--key-cache=64",
             "--silence", "20", "--listen", "[::1]:11112", "--idle", "60", "--drain", "45", "--log", "warning", "--log-format=text", "--otlp", "https://collector:4318", "--otlp-period", "5", "--stop-with-parent"]);

        Assert.Empty(faults);
        Assert.Equal((new HostPort("fd00::5", 11111), new HostPort("fd00::5", 30000), 8080), (options.Silo, options.Clients, options.Health.Port));
        Assert.Equal((2, 64, 60, 45), (options.Workers, options.KeyCacheMebibytes, options.Idle.TotalSeconds, options.Drain.TotalSeconds));
        Assert.Equal((TimeSpan.FromSeconds(20), new HostPort("::1", 11112)), (options.Silence, options.Listen));
        Assert.Equal("[fd00::5]:11111", options.Silo!.ToString());
        Assert.True(options.StopWithParent);
    }

    [Fact]
    public void Read_SeveralFaults_NamesThemAll()
    {
        var (_, faults) = SiloArguments.Read(["--silo", "10.0.0.5", "--clients", "10.0.0.6:30000", "--cluster", "The Vale", "--health", "https://0.0.0.0:8080", "--worker", "1"]);

        Assert.Collection(
            faults,
            fault => Assert.Contains("'10.0.0.5' is not an address of this machine", fault, StringComparison.Ordinal),
            fault => Assert.Contains("nearest is '--workers'", fault, StringComparison.Ordinal),
            fault => Assert.Contains("'1' is not an option", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--secrets is missing", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--cluster is 'The Vale'", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--silo is missing", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--health is 'https://0.0.0.0:8080/'", fault, StringComparison.Ordinal));
    }

    [Theory, InlineData("10.0.0.6:30000", "expected the host of --silo"), InlineData("10.0.0.5:11111", "expected two")]
    public void Read_ClientsNotBesideTheSilo_IsRefused(string clients, string expected)
    {
        var (_, faults) = SiloArguments.Read(["--secrets", "s", "--cluster", "vale", "--silo", "10.0.0.5:11111", "--clients", clients]);

        Assert.Contains(expected, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory, InlineData("2"), InlineData("61")]
    public void Read_SilenceThatIsNone_IsRefused(string silence)
    {
        var (_, faults) = SiloArguments.Read(["--secrets", "s", "--cluster", "vale", "--silo", "10.0.0.5:11111", "--silence", silence]);

        Assert.Contains($"--silence is {silence}", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory, InlineData("0.0.0.0"), InlineData("::"), InlineData("nowhere.invalid")]
    public async Task Resolve_WhatOthersCannotUse_IsRefused(string host)
    {
        var fault = await Assert.ThrowsAsync<StartException>(() => new HostPort(host, 11111).ResolveAsync());

        Assert.Contains($"'{host}'", fault.Message, StringComparison.Ordinal);
    }
}
