using FheOrleans.Client.Forecasts;

namespace FheOrleans.Client.Live;

/// <summary>More animals have a record than a ciphertext has places.</summary>
/// <param name="animals">Animals with a record.</param>
/// <param name="places">Places.</param>
public sealed class TooManyAnimalsException(int animals, int places) : ForecastException(
    $"{animals} animals have a record at one point, and a live forecast has {places} places. Split the herd: one subscription for each farm (--farm, --subscription). "
    + "One in the form live-packed has fewer places than one in the form live (--form): end it and begin anew.")
{
    /// <summary>Animals with a record.</summary>
    public int Animals { get; } = animals;

    /// <summary>Places.</summary>
    public int Places { get; } = places;
}

/// <summary>The node's subscription and the farm's own record of it do not agree.</summary>
/// <param name="subscription">The subscription.</param>
/// <param name="found">The last point the node has.</param>
/// <param name="expected">The last point this home has appended.</param>
public sealed class OutOfStepException(string subscription, int found, int expected) : ForecastException(
    $"The node has {found} points of subscription '{subscription}', this home has appended {expected}: another machine or an older copy of this home feeds it, "
    + $"and places would be mixed up. Append from the home that was used last, or end it here (farm live end --subscription {subscription}) and begin another.")
{
    /// <summary>The last point the node has.</summary>
    public int Found { get; } = found;

    /// <summary>The last point this home has appended.</summary>
    public int Expected { get; } = expected;
}
