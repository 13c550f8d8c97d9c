using System.Globalization;
using System.Reflection;
using FheOrleans.Embedded;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FheOrleans.Grains.Tests;

/// <summary>Options are checked once, and every fault is named.</summary>
public sealed class OptionsTests
{
    [Fact]
    public void Validate_Defaults_Succeed()
    {
        Assert.True(new FheGrainsOptionsValidator().Validate(null, new()).Succeeded);
        Assert.True(new EmbeddedSiloOptionsValidator().Validate(null, new()).Succeeded);
    }

    [Fact]
    public void Validate_SeveralFaults_NamesAll()
    {
        var faults = new FheGrainsOptionsValidator().Validate(
            null, new() { EvaluationThreads = 0, KeyCacheBytes = -1, MaximumEvents = 0, WorkCheckPeriod = TimeSpan.Zero }).Failures!.ToList();

        Assert.Equal(4, faults.Count);
        foreach (var option in new[] { "EvaluationThreads is 0", "KeyCacheBytes is -1", "MaximumEvents is 0", "WorkCheckPeriod is 00:00:00" })
            Assert.Contains(faults, fault => fault.StartsWith(option, StringComparison.Ordinal));
        Assert.Equal(3, new EmbeddedSiloOptionsValidator().Validate(
            null, new() { CollectionAge = TimeSpan.Zero, CollectionQuantum = TimeSpan.Zero, ResponseTimeout = TimeSpan.Zero }).Failures!.Count());
    }

    [Theory, InlineData(typeof(FheGrainsOptions)), InlineData(typeof(EmbeddedSiloOptions))]
    public void Documentation_OptionsTable_HasEveryOptionWithItsDefault(Type type)
    {
        var text = Repository.Read("docs", "hosting.md");
        var defaults = Activator.CreateInstance(type);
        foreach (var option in type.GetProperties())
        {
            var value = option.GetValue(defaults);
            var expected = $"| `{option.Name}` | {(value is null ? "null: " : string.Create(CultureInfo.InvariantCulture, $"{value} |"))}";
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void LogEvents_AllIds_AreDifferentAndWithinTheirRanges()
    {
        var ids = new[] { typeof(FheGrainsOptions).Assembly, typeof(EmbeddedSiloOptions).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId)
            .OfType<int>()
            .ToList();

        Assert.NotEmpty(ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.InRange(id, 1, 299));
    }

    [Fact]
    public async Task Start_BadOption_FailsAtStart() =>
        await Assert.ThrowsAsync<OptionsValidationException>(async () => await Platform.StartAsync(options => options.MaximumChunksPerDataset = 0));
}
