using FheOrleans.Grains;
using FheOrleans.Hosting;
using FheOrleans.Silo.Options;
using Microsoft.Extensions.Logging;

namespace FheOrleans.Node.Tests.Contract;

public class NodeArgumentsTests
{
    [Fact]
    public void Read_OnlyData_TakesTheDefaults()
    {
        var (options, faults) = NodeArguments.Read(["--data", "somewhere"]);

        Assert.Empty(faults);
        Assert.Equal("somewhere", options.Data);
        Assert.Equal(new Uri("https://127.0.0.1:0"), options.Url);
        Assert.Equal(Environment.ProcessorCount, options.Workers);
        Assert.False(options.StopWithParent);
    }

    [Fact]
    public void Read_EveryOption_IsRead()
    {
        var (options, faults) = NodeArguments.Read(
            ["--data=d", "--database", typeof(NodeOptions).Assembly.Location, "--url", "https://localhost:7443", "--workers", "3", "--body-memory=32", "--connections", "9", "--log", "warning", "--log-format=text",
             "--memory", "600", "--key-cache", "0", "--idle", "60", "--drain", "0", "--otlp", "http://127.0.0.1:4318", "--otlp-period", "5", "--stop-with-parent",
             "--sign-ins", "9", "--token-days=30", "--quotas", "stored-bytes=5000000000,running=2", "--new-operator-token"]);

        Assert.Empty(faults);
        Assert.Equal(("d", 3, 32), (options.Data, options.Workers, options.BodyMemoryMebibytes));
        Assert.Equal((9, LogLevel.Warning, true), (options.Connections, options.Log, options.StopWithParent));
        Assert.Equal((7443, typeof(NodeOptions).Assembly.Location), (options.Url.Port, options.Database));
        Assert.Equal((LogFormat.Text, 0, new Uri("http://127.0.0.1:4318")), (options.LogFormat, options.KeyCacheMebibytes, options.Otlp));
        Assert.Equal(600, options.MemoryMebibytes);
        Assert.Equal((9, 30, true), (options.FailedSignInsPerMinute, options.TokenDays, options.NewOperatorToken));
        Assert.Equal(new Grains.TenantQuotas { StoredBytes = 5_000_000_000, RunningInferences = 2 }, options.Quotas);
        Assert.Equal((60, 0, 5), (options.Idle.TotalSeconds, options.Drain.TotalSeconds, options.OtlpPeriod.TotalSeconds));
    }

    [Fact]
    public void Quotas_SomeOfThem_LeaveTheOthersAsTheyAre()
    {
        var (options, _) = NodeArguments.Read(["--data", "d", "--quotas=key-sets=0,datasets=1,queued=2,requests-per-minute=3"]);
        var grains = new FheGrainsOptions();
        var before = grains.DefaultQuotas;

        options.ApplyTo(grains);

        Assert.Equal(before with { KeySets = 0, Datasets = 1, QueuedInferences = 2, RequestsPerMinute = 3 }, grains.DefaultQuotas);
    }

    [Theory, InlineData("running=0", "running is '0'"), InlineData("bytes=1", "'bytes' is not a quota"), InlineData("queued=1,queued=2", "twice"), InlineData("datasets=99999999999", "datasets is"),
     InlineData("stored-bytes", "stored-bytes is ''"), InlineData("", "'' is not a quota")]
    public void Quotas_NotReadable_SaysWhatWasExpected(string text, string expected) =>
        Assert.Contains(NodeArguments.Read(["--data", "d", $"--quotas={text}"]).Faults, fault => fault.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("--memory=383", "--memory is 383; expected 384 to")]
    [InlineData("--memory=1024 --key-cache=417", "--key-cache is 417; with --memory 1024 expected 416 at most")]
    public void Memory_TooLittle_SaysWhatWasExpected(string arguments, string expected) =>
        Assert.Contains(expected, Assert.Single(NodeArguments.Read(["--data=d", .. arguments.Split(' ')]).Faults), StringComparison.Ordinal);

    [Fact]
    public void Read_SeveralFaults_NamesThemAll()
    {
        var (_, faults) = NodeArguments.Read(["--url", "http://127.0.0.1:80", "--wrkers", "--workers", "0", "--body-memory", "much", "--otlp", "http://collector:4318", "--drain", "4000", "--log"]);

        Assert.Collection(
            faults,
            fault => Assert.Contains("nearest is '--workers'", fault, StringComparison.Ordinal),
            fault => Assert.Contains("'much' is not a whole number", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--log needs a value", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--data is missing", fault, StringComparison.Ordinal),
            fault => Assert.Contains("no unencrypted way in", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--workers is 0", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--drain is 4000", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--otlp is 'http://collector:4318/'", fault, StringComparison.Ordinal));
    }
}
