using System.Text;
using System.Text.Json;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Layers;
using FheOrleans.Networks.Tests.Support;
using FheOrleans.Networks.Training;

namespace FheOrleans.Networks.Tests.Malformed;

/// <summary>Models come from strangers: whatever the bytes, the answer is a network or a typed error.</summary>
public class NetworkJsonTests
{
    private const string Linear = """{"format":"fheorleans-network-1","timePoints":1,"features":2,"layers":[{"type":"dense","units":1,"inputs":[0],"parameters":[1,2,3]}]}""";

    [Fact]
    public void FromJson_WhatToJsonWrote_IsTheSameNetwork()
    {
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var network = new RandomNetworks(seed).Next(3);
            var json = network.ToJson();
            var again = Network.FromJson(json);
            Assert.Equal(json, again.ToJson());
            Assert.Equal(network.Describe(), again.Describe());
            Assert.Equal(Trainer.AllParameters(network), Trainer.AllParameters(again));
        }
    }

    [Fact]
    public void FromJson_Minimal_Predicts() => Assert.Equal(1 * 5 + 2 * 7 + 3, Network.FromJson(Encoding.UTF8.GetBytes(Linear)).Predict([5, 7]));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\":\"fheorleans-network-1\"")]
    [InlineData("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]")]
    public void FromJson_NotANetwork_Throws(string text) => AssertRefused(text);

    [Theory]
    [InlineData("fheorleans-network-1", "fheorleans-network-2")]
    [InlineData("\"timePoints\":1", "\"timePoints\":0")]
    [InlineData("\"timePoints\":1", "\"timePoints\":1e9")]
    [InlineData("\"timePoints\":1", "\"timePoints\":\"1\"")]
    [InlineData("\"timePoints\":1", "\"timePoints\":1,\"timePoints\":1")]
    [InlineData("\"timePoints\":1", "\"timePoints\":1,\"unknown\":1")]
    [InlineData("\"features\":2", "\"features\":3")]
    [InlineData("\"features\":2", "\"features\":1000000")]
    [InlineData("\"type\":\"dense\"", "\"type\":\"dance\"")]
    [InlineData("\"type\":\"dense\"", "\"type\":\"\\ud800\"")]
    [InlineData("\"type\":\"dense\"", "\"type\":\"dense\",\"kernel\":1")]
    [InlineData("\"units\":1", "\"units\":0")]
    [InlineData("\"units\":1", "\"units\":2000000000")]
    [InlineData("\"units\":1", "\"units\":2")]
    [InlineData("\"inputs\":[0]", "\"inputs\":[1]")]
    [InlineData("\"inputs\":[0]", "\"inputs\":[-1]")]
    [InlineData("\"inputs\":[0]", "\"inputs\":[]")]
    [InlineData("\"inputs\":[0]", "\"inputs\":[0,0]")]
    [InlineData("[1,2,3]", "[1,2]")]
    [InlineData("[1,2,3]", "[1,2,1e999]")]
    [InlineData("[1,2,3]", "[1,2,1e300]")]
    [InlineData("[1,2,3]", "[1,2,null]")]
    [InlineData("[1,2,3]", "[1,2,NaN]")]
    [InlineData("}]}", "}],\"x\":{}}")]
    [InlineData("}]}", "}],\"means\":[[1,2]]}")]
    [InlineData("}]}", "}],\"means\":[[1,2],[3,4]]}")]
    [InlineData("}]}", "}],\"means\":[[1,2],[1e10]]}")]
    [InlineData("}]}", "}],\"means\":[[1,2],[null]]}")]
    [InlineData("}]}", "}],\"means\":[[1,2],3]}")]
    [InlineData("}]}", "}],\"means\":[]}")]
    [InlineData("}]}", "}],\"inputs\":[]}")]
    [InlineData("}]}", "}],\"inputs\":[{\"name\":\"a\",\"minimum\":0,\"maximum\":1,\"whenNeverMeasured\":0}]}")]
    [InlineData("}]}", "}],\"inputs\":[{\"name\":\"a\",\"minimum\":0,\"maximum\":1,\"whenNeverMeasured\":0},{\"name\":\"b\",\"minimum\":2,\"maximum\":1,\"whenNeverMeasured\":0}]}")]
    [InlineData("}]}", "}],\"inputs\":[{\"name\":\"a\",\"minimum\":0,\"maximum\":1,\"whenNeverMeasured\":0},{\"name\":\"\",\"minimum\":0,\"maximum\":1,\"whenNeverMeasured\":0}]}")]
    [InlineData("\"layers\":[{", "\"layers\":[{},{")]
    public void FromJson_OnePartWrong_Throws(string part, string replacement)
    {
        Assert.Contains(part, Linear, StringComparison.Ordinal);
        AssertRefused(Linear.Replace(part, replacement, StringComparison.Ordinal));
    }

    [Fact]
    public void FromJson_Means_AreRead()
    {
        var network = Network.FromJson(Encoding.UTF8.GetBytes(Linear.Replace("}]}", "}],\"means\":[[0.5,0.25],[4]]}", StringComparison.Ordinal)));
        Assert.Equal([0.5, 0.25], network.Means[0].ToArray());
        Assert.Equal([4.0], network.Means[1].ToArray());
        Assert.Equal(network.ToJson(), Network.FromJson(network.ToJson()).ToJson());
    }

    [Fact]
    public void WithInputs_ThroughJsonMeansAndPlan_Stay()
    {
        NetworkInput[] inputs = [new("milk_kg", 3.5, 61.25, 28), new("fat_pct", 2, 2, 2)];
        var network = PaperNetwork.Create(20, 2).WithInputs([.. inputs]).WithMeans(new WindowSet([.. Enumerable.Repeat(0.5, 42)], 2, 20, [0, 1]));

        var read = Network.FromJson(network.ToJson());

        Assert.Equal(inputs, read.Inputs.AsEnumerable());
        Assert.NotEmpty(read.Means);
        var plan = CircuitCompiler.Compile(read, new() { Form = CircuitForm.Series }).Plan;
        Assert.Equal(inputs, CircuitPlan.FromJson(plan.ToJson()).Inputs.AsEnumerable());
        Assert.Empty(read.WithInputs([]).Inputs);
        Assert.Throws<NetworkFormatException>(() => network.WithInputs([inputs[0]]));
    }

    [Fact]
    public void WithMeans_Windows_AveragesEachChannelOverPositions()
    {
        // Two windows of two points: rows 0, 1 and 1, 2.
        var network = new Network(2, 2, new Conv1D(0, 1, 1, 1, [1, 10, 0]), new Dense(1, 1, [1, 1, 0]));
        var means = network.WithMeans(new WindowSet([1, 2, 3, 4, 5, 6], 2, 2, [0, 1])).Means;
        Assert.Equal([3, 4], means[0].Select(mean => (int)mean));
        Assert.Equal((43, 86), ((int)means[1][0], (int)means[2][0]));
        Assert.Throws<ArgumentException>(() => network.WithMeans(new WindowSet([1, 2, 3, 4], 2, 2, [])));
    }

    [Fact]
    public void FromJson_TooManyBytes_ThrowsBeforeReading()
    {
        var error = Assert.Throws<NetworkFormatException>(() => Network.FromJson(new byte[9 << 20]));
        Assert.Contains("bytes", error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void FromJson_FlippedAndTruncatedBytes_NeverThrowAnythingElse()
    {
        const ulong Seed = 77;
        var random = new SeededRandom(Seed);
        var json = PaperNetwork.Create(6, 2).ToJson();
        for (var i = 0; i < 3000; i++)
        {
            var bytes = json.ToArray();
            for (var flips = 1 + random.NextInt32(3); flips > 0; flips--) bytes[random.NextInt32(bytes.Length)] ^= (byte)(1 << random.NextInt32(8));
            if (i % 4 == 0) bytes = bytes[..random.NextInt32(bytes.Length)];
            try
            {
                Network.FromJson(bytes);
            }
            catch (NetworkFormatException)
            {
                // The one error allowed; a flipped digit of a weight is no error at all.
            }
        }
    }

    [Fact]
    public void FromJson_Error_NamesThePathAndNoWeight()
    {
        var error = AssertRefused(Linear.Replace("[1,2,3]", "[123456,2,null]", StringComparison.Ordinal));
        Assert.Equal("network.layers[0].parameters", error.Field);
        Assert.DoesNotContain("123456", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_GraphWrong_Throws()
    {
        Assert.Throws<NetworkFormatException>(() => new Network(1, 2, new Dense(0, 2, [1, 2, 3, 4, 0, 0])));
        Assert.Throws<NetworkFormatException>(() => new Network(1, 2, new Dense(0, 1, [1, 2, 0]), new Dense(0, 1, [1, 2, 0])));
        Assert.Throws<NetworkFormatException>(() => new Network(4, 1, new Conv1D(0, 5, 1, 1, [1, 1, 1, 1, 1, 0])));
        Assert.Throws<NetworkFormatException>(() => new Network(1, 2));
        Assert.Throws<NetworkFormatException>(() => new Network(2048, 1, new Dense(0, 1, new double[2049])));
        Assert.Throws<NetworkFormatException>(() => PaperNetwork.Create(4));
    }

    [Fact]
    public void Constructor_ActivationWrong_Throws()
    {
        Assert.Throws<NetworkFormatException>(() => new PolynomialActivation("", [0, 1], 1, 0));
        Assert.Throws<NetworkFormatException>(() => new PolynomialActivation("a", [1], 1, 0));
        Assert.Throws<NetworkFormatException>(() => new PolynomialActivation("a", [0, 1, 0], 1, 0));
        Assert.Throws<NetworkFormatException>(() => new PolynomialActivation("a", [0, double.NaN], 1, 0));
        Assert.Throws<NetworkFormatException>(() => new PolynomialActivation("a", [0, 1], 0, 0));
        Assert.Throws<NetworkFormatException>(() => new PolynomialActivation("a", [0, 1], 1, -1));
    }

    private static NetworkFormatException AssertRefused(string text)
    {
        var error = Assert.Throws<NetworkFormatException>(() => Network.FromJson(Encoding.UTF8.GetBytes(text)));
        Assert.True(error.InnerException is null or JsonException or InvalidOperationException);
        return error;
    }
}
