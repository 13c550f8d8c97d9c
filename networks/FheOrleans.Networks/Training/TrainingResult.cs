using System.Collections.Immutable;

namespace FheOrleans.Networks.Training;

/// <summary>What training gave.</summary>
/// <param name="Network">The trained network; the one given is as it was.</param>
/// <param name="Epochs">Every epoch's losses, in order.</param>
/// <param name="BestEpoch">The epoch, counted from 1, whose weights these are.</param>
/// <param name="PreActivations">How far each activation was driven by the training windows, with the weights kept.</param>
public sealed record TrainingResult(
    Network Network, ImmutableArray<TrainingProgress> Epochs, int BestEpoch, ImmutableArray<PreActivationRange> PreActivations)
{
    /// <summary>
    /// Whether every activation stayed inside its interval. If not, the encrypted forecast is still the network's own, but the network uses
    /// its activation where it no longer resembles the function it stands for (the cubic sigmoid falls again beyond 4.05).
    /// </summary>
    public bool StayedInside => PreActivations.All(range => range.Largest <= range.Interval);
}

/// <summary>The state after one epoch.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="TrainingLoss">Mean loss over the epoch's windows, each taken as it was met.</param>
/// <param name="ValidationLoss">Mean loss over the validation windows after it; null without them.</param>
public readonly record struct TrainingProgress(int Epoch, double TrainingLoss, double? ValidationLoss);

/// <summary>How far one activation layer was driven.</summary>
/// <param name="Layer">The layer, counted from 1.</param>
/// <param name="Largest">The largest |x| it met.</param>
/// <param name="Interval">The |x| it is meant for.</param>
public readonly record struct PreActivationRange(int Layer, double Largest, double Interval);
