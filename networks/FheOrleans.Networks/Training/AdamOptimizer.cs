namespace FheOrleans.Networks.Training;

/// <summary>Adam (Kingma and Ba 2015, algorithm 1) over one flat array of parameters.</summary>
internal sealed class AdamOptimizer(int count, TrainingOptions options)
{
    private readonly double[] _mean = new double[count];
    private readonly double[] _square = new double[count];

    // beta^step, by repeated multiplication: Math.Pow need not give the same bits everywhere.
    private double _beta1Power = 1;
    private double _beta2Power = 1;

    /// <summary>Moves the parameters against the gradient, once.</summary>
    public void Step(Span<double> parameters, ReadOnlySpan<double> gradient)
    {
        _beta1Power *= options.Beta1;
        _beta2Power *= options.Beta2;
        var (beta1, beta2, epsilon) = (options.Beta1, options.Beta2, options.Epsilon);
        var rate = options.LearningRate / (1 - _beta1Power);
        var correction = 1 / (1 - _beta2Power);
        for (var i = 0; i < parameters.Length; i++)
        {
            var mean = _mean[i] = beta1 * _mean[i] + (1 - beta1) * gradient[i];
            var square = _square[i] = beta2 * _square[i] + (1 - beta2) * gradient[i] * gradient[i];
            parameters[i] -= rate * mean / (Math.Sqrt(square * correction) + epsilon);
        }
    }
}
