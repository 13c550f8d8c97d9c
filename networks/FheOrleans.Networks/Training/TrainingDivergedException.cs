namespace FheOrleans.Networks.Training;

/// <summary>Training left the finite numbers: polynomials grow without bound once their inputs do.</summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(int epoch, double learningRate)
        : base($"The loss is not finite after epoch {epoch}. Use a learning rate below {learningRate}, or inputs scaled to 0..1.")
    {
        Epoch = epoch;
        LearningRate = learningRate;
    }

    /// <summary>The epoch after which it was seen, counted from 1.</summary>
    public int Epoch { get; }

    /// <summary>The learning rate that was used.</summary>
    public double LearningRate { get; }
}
