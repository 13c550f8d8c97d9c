using System.Security.Cryptography;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Receipts;
using FheOrleans.Client.Tests.Forecasts;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Tests.Receipts;

/// <summary>Receipts and the ledger against a real node: what holds, and what is refused.</summary>
[Collection(NodeTests.Name)]
public class ReceiptTests(TestNode node)
{
    [Fact]
    public async Task Verify_AfterAForecast_EverythingHolds()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        await PredictAsync(farm, CircuitForm.Herd); // Several chunks.

        var report = await FarmVerification.RunAsync(farm.Home, farm.Client);

        Assert.Empty(report.Faults);
        Assert.Empty(report.Unknown);
        Assert.Equal((2, 3, 3), (report.Receipts, report.LedgerEntries, report.Entered)); // The part's and the whole; keys, data, inference.
        Assert.Equal((2, null), ((await FarmVerification.RunAsync(farm.Home, node: null)).Receipts, (await FarmVerification.RunAsync(farm.Home, node: null)).LedgerEntries));
    }

    [Fact]
    public async Task Take_WhatIsNotTheResultsReceipt_IsRefusedBeforeItIsDecrypted()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        await PredictAsync(farm, CircuitForm.Series);
        var events = (await farm.Client.GetEventsAsync(0)).Events;
        var (part, end) = (events[0], events[1]);
        var statement = part.Receipt!.Statement;

        Refused(part with { Receipt = null });
        Refused(part with { Result = Flipped(part.Result!) });
        Refused(part with { Receipt = part.Receipt with { Signature = Flipped(part.Receipt.Signature) } });
        Refused(part with { Receipt = part.Receipt with { Statement = statement.Replace("\"modelVersion\":1", "\"modelVersion\":2", StringComparison.Ordinal) } });
        Refused(part with { Receipt = part.Receipt with { Statement = "[]" } });
        Refused(part with { Receipt = part.Receipt with { Statement = new string('x', 10_000) } });
        Refused(part with { Receipt = end.Receipt }); // Signed, and about something else.
        Assert.Equal(ForecastState.Running, Take(part).State);
        Refused(end with { Receipt = part.Receipt });
        Assert.Equal(ForecastState.Completed, Take(end).State);

        void Refused(PredictionMessage message) => Assert.Throws<ReceiptMismatchException>(() => Take(message));

        // As though nothing had come yet.
        ForecastRecord Take(PredictionMessage message)
        {
            using var ring = new SecretKeyRing(farm.Home);
            var forecast = farm.Home.ReadForecast("first")!;
            if (message.Status == PredictionStatus.PartCompleted)
                farm.Home.WriteForecast(forecast with { State = ForecastState.Running, Read = [], Normalized = new double?[forecast.Normalized.Count] });
            else farm.Home.WriteForecast(forecast with { State = ForecastState.Running });
            return new PredictionInbox(farm.Home, ring, new ReceiptBook(farm.Home), new StageClock(), null).Take(message)!;
        }
    }

    [Fact]
    public async Task Take_ReceiptByAnotherKey_NamesBothKeys()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        await PredictAsync(farm, CircuitForm.Series);
        var known = new ReceiptBook(farm.Home).Key;
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var info = other.ExportSubjectPublicKeyInfo();
        var id = Convert.ToHexStringLower(SHA256.HashData(info));
        farm.Home.Write("node-key.json", known with { Id = id, SubjectPublicKeyInfo = info });

        var report = await FarmVerification.RunAsync(farm.Home, farm.Client);
        Assert.Contains(report.Faults, fault => fault.Contains(id, StringComparison.Ordinal) && fault.Contains(known.Id, StringComparison.Ordinal));

        await FarmVerification.AcceptKeyAsync(farm.Home, farm.Client);
        Assert.Empty((await FarmVerification.RunAsync(farm.Home, farm.Client)).Faults);
    }

    [Fact]
    public async Task Verify_ReceiptsByTheKeyBefore_HoldAndNoNewOnesAreTakenByIt()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        var upload = await PredictAsync(farm, CircuitForm.Series);
        var before = new ReceiptBook(farm.Home).Key;
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var info = next.ExportSubjectPublicKeyInfo();
        farm.Home.Write("node-key.json", before with { Id = Convert.ToHexStringLower(SHA256.HashData(info)), SubjectPublicKeyInfo = info });
        Assert.NotEmpty((await FarmVerification.RunAsync(farm.Home, node: null)).Faults);

        farm.Home.Write($"node-key-{before.Id[..16]}.json", before);

        Assert.Empty((await FarmVerification.RunAsync(farm.Home, node: null)).Faults);
        var book = new ReceiptBook(farm.Home);
        Assert.Throws<NodeKeyChangedException>(() => book.TakeWhole(farm.Home.ReadForecast("first")!, upload, book.Read("first")!.Whole));
    }

    [Fact]
    public async Task Verify_SomethingInTheFolderChanged_IsNamed()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        var upload = await PredictAsync(farm, CircuitForm.Series);
        var chunks = Path.Combine(farm.Home.Folder, "sent", upload.Dataset + ".chunks");
        var sent = await File.ReadAllTextAsync(chunks);
        await File.WriteAllTextAsync(chunks, sent + $"0 {new string('a', 64)}\n");

        var report = await FarmVerification.RunAsync(farm.Home, farm.Client);

        Assert.Contains(upload.Dataset, Assert.Single(report.Faults), StringComparison.Ordinal); // The receipt keeps what it was held against.
        await File.WriteAllTextAsync(chunks, sent + $"0 {new string('a', 64)}"); // A crash cut the last line short: it was not sent.
        Assert.Empty((await FarmVerification.RunAsync(farm.Home, farm.Client)).Faults);
    }

    [Fact]
    public async Task Ledger_NodeWentBackToAnOlderDatabase_IsNoticed()
    {
        var own = new TestNode();
        await own.InitializeAsync();
        try
        {
            await using var farm = await TestFarm.JoinAsync(own);
            using (var flow = new ForecastWorkflow(farm.Client, farm.Home))
            {
                var model = await flow.PublishAsync("network");
                await flow.UploadAsync("herd", "latest", model.Model, model.Version, CircuitForm.Series, "kept");
            }
            await own.Process.DisposeAsync();
            var older = Directory.GetFiles(own.DataFolder, "node.sqlite*").ToDictionary(file => file, File.ReadAllBytes);
            await own.RestartAsync();
            await farm.ConnectAsync(own);
            using (var flow = new ForecastWorkflow(farm.Client, farm.Home)) await flow.PredictAsync("kept", "first");
            Assert.Equal(3, (await FarmLedger.ReadAsync(farm.Client, farm.Home)).Count);

            await own.Process.DisposeAsync();
            foreach (var file in Directory.GetFiles(own.DataFolder, "node.sqlite*")) File.Delete(file);
            foreach (var (file, bytes) in older) await File.WriteAllBytesAsync(file, bytes);
            await own.RestartAsync();
            await farm.ConnectAsync(own);

            var shorter = await Assert.ThrowsAsync<ReceiptMismatchException>(() => FarmLedger.ReadAsync(farm.Client, farm.Home));
            Assert.Contains("2 entries", shorter.Found, StringComparison.Ordinal);
            // Another history of the same length is no better. (The node counts its events anew, too.)
            File.Delete(Path.Combine(farm.Home.Folder, "events.json"));
            using var again = new ForecastWorkflow(farm.Client, farm.Home);
            await again.PredictAsync("kept", "second");
            var rewritten = await Assert.ThrowsAsync<ReceiptMismatchException>(() => FarmLedger.ReadAsync(farm.Client, farm.Home));
            Assert.Contains("another entry 3", rewritten.Found, StringComparison.Ordinal);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    internal static async Task<UploadRecord> PredictAsync(TestFarm farm, CircuitForm form)
    {
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("network");
        var (upload, _) = await flow.UploadAsync("herd", "latest", model.Model, model.Version, form);
        await flow.PredictAsync(upload.Dataset, "first");
        return upload;
    }

    private static byte[] Flipped(byte[] bytes)
    {
        byte[] copy = [.. bytes];
        copy[copy.Length / 2] ^= 1;
        return copy;
    }
}
