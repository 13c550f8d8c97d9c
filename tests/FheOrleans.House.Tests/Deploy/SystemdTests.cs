namespace FheOrleans.House.Tests.Deploy;

/// <summary>The systemd units: what they start, what they may, and how long they are waited for.</summary>
public class SystemdTests
{
    private static readonly string Folder = Path.Combine(Solution.Root, "deploy", "systemd");

    // What a unit's file of settings gives.
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["${NODE_URL}"] = "https://node.example.org:7443",
        ["${SILO_CLUSTER}"] = "vale",
        ["${SILO_ADDRESS}"] = "10.0.0.11:11111",
        ["${SILO_CLIENTS}"] = "10.0.0.11:30000",
        ["${SILO_HEALTH}"] = "http://127.0.0.1:8081",
        ["${GATEWAY_CLUSTER}"] = "vale",
        ["${GATEWAY_URL}"] = "https://0.0.0.0:7443",
    };

    public static TheoryData<string> Units() => [.. Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path)!)];

    [Fact]
    public void ThereIs_AUnitForEachProcess() =>
        Assert.Equal(["fheorleans-gateway.service", "fheorleans-node.service", "fheorleans-silo@.service"], Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Units))]
    public async Task WhatItStarts_IsACommandLineThatTheProgramTakes(string unit)
    {
        var words = Command(unit);
        Assert.Equal("/usr/bin/dotnet", words[0]);
        Assert.Empty(await BuiltProgram.Of(words[1]).FaultsAsync(words[2..]));
    }

    [Theory, MemberData(nameof(Units))]
    public void ItsTimeToStop_IsEnough(string unit) =>
        Assert.True(int.Parse(Value(unit, "TimeoutStopSec").Single(), System.Globalization.CultureInfo.InvariantCulture) >= StopTime.Needed(Command(unit)));

    [Theory, MemberData(nameof(Units))]
    public void ItMay_Little(string unit)
    {
        Assert.All(["NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "RestrictNamespaces", "LockPersonality"], key => Assert.Equal(["yes"], Value(unit, key)));
        Assert.Equal(["strict"], Value(unit, "ProtectSystem"));
        Assert.Equal([""], Value(unit, "CapabilityBoundingSet"));
        Assert.Equal(["fheorleans"], Value(unit, "User"));
    }

    [Theory, InlineData("fheorleans-silo@.service", "certificate.pfx"), InlineData("fheorleans-gateway.service", "operator.token receipts.key")]
    public void WhatItDoesNotNeedOfTheSecrets_IsHidden(string unit, string expected)
    {
        var hidden = Value(unit, "InaccessiblePaths").Single().Split(' ').Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(expected.Split(' '), hidden);
        Assert.Subset(SecretFiles.Names.ToHashSet(), hidden.ToHashSet());
        // The dash: an operator may have taken the file away.
        Assert.All(Value(unit, "InaccessiblePaths").Single().Split(' '), path => Assert.StartsWith("-/etc/fheorleans/secrets/", path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Systemd_WhereItIsThere_FindsNothingWrong()
    {
        if (!Shell.Has("systemd-analyze") || !File.Exists("/usr/bin/dotnet")) return; // Its own opinion is one more; the facts above do without it.
        await Shell.SucceedsAsync("systemd-analyze", ["verify", .. Directory.EnumerateFiles(Folder)]);
    }

    private static string[] Command(string unit)
    {
        var command = Value(unit, "ExecStart").Single();
        foreach (var (name, value) in Settings) command = command.Replace(name, value, StringComparison.Ordinal);
        Assert.DoesNotContain('$', command);
        return command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string[] Value(string unit, string key) =>
        [.. File.ReadAllText(Path.Combine(Folder, unit)).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
            .Where(line => line.StartsWith(key + "=", StringComparison.Ordinal)).Select(line => line[(key.Length + 1)..])];
}
