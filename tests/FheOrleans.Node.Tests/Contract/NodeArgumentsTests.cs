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
            ["--data=d", "--url", "https://localhost:7443", "--workers", "3", "--body-memory=32", "--connections", "9", "--log", "warning", "--stop-with-parent"]);

        Assert.Empty(faults);
        Assert.Equal(("d", 3, 32), (options.Data, options.Workers, options.BodyMemoryMebibytes));
        Assert.Equal((9, LogLevel.Warning, true), (options.Connections, options.Log, options.StopWithParent));
        Assert.Equal(7443, options.Url.Port);
    }

    [Fact]
    public void Read_SeveralFaults_NamesThemAll()
    {
        var (_, faults) = NodeArguments.Read(["--url", "http://127.0.0.1:80", "--wrkers", "--workers", "0", "--body-memory", "much", "--log"]);

        Assert.Collection(
            faults,
            fault => Assert.Contains("nearest is '--workers'", fault, StringComparison.Ordinal),
            fault => Assert.Contains("'much' is not a whole number", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--log needs a value", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--data is missing", fault, StringComparison.Ordinal),
            fault => Assert.Contains("no unencrypted way in", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--workers is 0", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Help_Always_NamesEveryOption()
    {
        foreach (var name in new[] { "--data", "--url", "--workers", "--body-memory", "--connections", "--log", "--stop-with-parent" })
            Assert.Contains(name, NodeArguments.Help, StringComparison.Ordinal);
    }
}
