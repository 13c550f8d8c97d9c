using FheOrleans.Gateway;

namespace FheOrleans.Node.Tests.Contract;

public class GatewayOptionsTests
{
    [Fact]
    public void Faults_Defaults_AreGood() => Assert.Empty(new GatewayOptions().Faults());

    [Fact]
    public void Faults_SeveralBadValues_AreAllNamed()
    {
        var faults = new GatewayOptions { BodyMemoryBytes = 1, EventsPerPage = 0, MaximumJsonBytes = 5 }.Faults();

        Assert.Equal(3, faults.Count);
        Assert.Contains(faults, fault => fault.StartsWith("BodyMemoryBytes is 1,", StringComparison.Ordinal));
    }
}
