namespace FheOrleans.Grains.Tests;

/// <summary>What every ledger store does.</summary>
public abstract class LedgerStoreContract
{
    private protected abstract StoragePlace Open();

    [ContractFact]
    public async Task Append_InOrder_IsReadBackAsItWas()
    {
        using var place = Open();
        var records = Enumerable.Range(1, 5).Select(Record).ToArray();
        foreach (var record in records) Assert.True(await place.Ledgers.AppendAsync("t/o", record));

        Same(records[1..4], await place.Ledgers.ReadAsync("t/o", after: 1, maximumCount: 3));
        Same(records[4..], [(await place.Ledgers.ReadLastAsync("t/o"))!]);
        Same(records[2..3], [(await place.Ledgers.FindAsync("t/o", records[2].Reference))!]);
        Assert.Empty(await place.Ledgers.ReadAsync("t/o", after: 5, maximumCount: 3));
    }

    [ContractFact]
    public async Task Read_NothingThere_IsNothing()
    {
        using var place = Open();
        await place.Ledgers.AppendAsync("t/o", Record(1));

        Assert.Null(await place.Ledgers.ReadLastAsync("t/other"));
        Assert.Null(await place.Ledgers.FindAsync("t/other", Record(1).Reference));
        Assert.Empty(await place.Ledgers.ReadAsync("t/o-2", 0, 10));
    }

    [ContractFact]
    public async Task Append_NumberNotTheNextOrReferenceThere_IsRefusedAndStoresNothing()
    {
        using var place = Open();
        await place.Ledgers.AppendAsync("t/o", Record(1));

        Assert.False(await place.Ledgers.AppendAsync("t/o", Record(1) with { Reference = Guid.NewGuid() }));
        Assert.False(await place.Ledgers.AppendAsync("t/o", Record(3)));
        Assert.False(await place.Ledgers.AppendAsync("t/o", Record(0)));
        Assert.False(await place.Ledgers.AppendAsync("t/o", Record(1) with { Number = 2 }));

        Same([Record(1)], await place.Ledgers.ReadAsync("t/o", 0, 10));
    }

    [ContractFact]
    public async Task Append_ManyWritersAtOnce_ExactlyOneTakesEachNumber()
    {
        using var place = Open();
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var wins = 0;
            for (var i = 0; i < 10; i++)
            {
                var next = ((await place.Ledgers.ReadLastAsync("t/o"))?.Number ?? 0) + 1;
                if (await place.Ledgers.AppendAsync("t/o", new(next, Guid.NewGuid(), [(byte)writer]))) wins++;
            }
            return wins;
        })));

        Assert.Equal(Enumerable.Range(1, taken.Sum()), (await place.Ledgers.ReadAsync("t/o", 0, 100)).Select(record => (int)record.Number));
    }

    private static LedgerRecord Record(int number) => new(number, new Guid(number, 0, 0, new byte[8]), [1, 2, (byte)number, 0, 255]);

    private static void Same(IEnumerable<LedgerRecord> expected, IEnumerable<LedgerRecord> found) =>
        Assert.Equal(expected.Select(Text), found.Select(Text));

    private static string Text(LedgerRecord record) => $"{record.Number} {record.Reference} {Convert.ToHexString(record.Entry)}";
}
