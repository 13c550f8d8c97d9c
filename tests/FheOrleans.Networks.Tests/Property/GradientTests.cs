using FheOrleans.Networks.Tests.Support;
using FheOrleans.Networks.Training;

namespace FheOrleans.Networks.Tests.Property;

/// <summary>The backward pass against central differences, on random networks of every kind of layer.</summary>
public class GradientTests
{
    private const ulong FirstSeed = 424242;

    [Fact]
    public void Accumulate_RandomNetworks_MatchesNumericalGradient()
    {
        for (var i = 0; i < 60 * RandomNetworks.Effort; i++)
        {
            var seed = FirstSeed + (ulong)i;
            var random = new RandomNetworks(seed);
            var network = random.Next(activations: 3);
            Check(network, random.Windows(network, 1), seed);
        }
    }

    [Fact]
    public void Accumulate_PaperNetwork_MatchesNumericalGradient() => Check(PaperNetwork.Create(seed: 3), Herds.Walks(4, 7, 20, 1), 3);

    private static void Check(Network network, WindowSet windows, ulong seed)
    {
        const double Step = 1e-5;
        var parameters = Trainer.AllParameters(network);
        var pass = new BackwardPass(network);
        var gradient = new double[parameters.Length];
        pass.Forward.Predict(windows.Window(0), parameters);
        pass.Accumulate(1, parameters, gradient);
        for (var i = 0; i < parameters.Length; i++)
        {
            var (value, forward) = (parameters[i], new ForwardPass(network));
            parameters[i] = value + Step;
            var above = forward.Predict(windows.Window(0), parameters);
            parameters[i] = value - Step;
            var below = forward.Predict(windows.Window(0), parameters);
            parameters[i] = value;
            var numerical = (above - below) / (2 * Step);

            // Central differences err by about step^2 times the third derivative, and by rounding of about 1e-16 / step.
            Assert.True(Math.Abs(numerical - gradient[i]) <= 1e-6 * (1 + Math.Abs(numerical)), $"Seed {seed}, parameter {i}: {gradient[i]} is not {numerical}.");
        }
    }
}
