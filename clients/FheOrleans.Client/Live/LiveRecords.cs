using FheOrleans.Client.Herds;

namespace FheOrleans.Client.Live;

/// <summary>A standing forecast as the farm keeps it: what it is of, and which animal has which place.</summary>
/// <param name="Subscription">Its id on the node.</param>
/// <param name="KeySet">The key set points are encrypted under.</param>
/// <param name="Model">The model's reference, <c>publisher/model</c>.</param>
/// <param name="Version">The version in use.</param>
/// <param name="Plans">The plan's JSON of each version that was in use, by version.</param>
/// <param name="Columns">The mapping by which files are read, as text.</param>
/// <param name="Farm">The one farm that is taken from a file of several; null for all.</param>
/// <param name="Scaling">The scaling of the herd the model was trained on: fixed when the subscription is made.</param>
/// <param name="Places">Which animal has which place, by place.</param>
/// <param name="Appended">The last point the node has acknowledged.</param>
/// <param name="ModelSha256">
/// SHA-256 of each version's network, by version, as the node stated it before its first forecast; empty where it stated none.
/// Null in homes of before receipts of live forecasts were kept.
/// </param>
public sealed record LiveSubscription(
    string Subscription, string KeySet, string Model, int Version, IReadOnlyDictionary<int, byte[]> Plans, string Columns, string? Farm,
    MinMaxScaling Scaling, IReadOnlyList<LivePlace> Places, int Appended, IReadOnlyDictionary<int, string>? ModelSha256 = null);

/// <summary>An animal in its place. What is needed of its last record is kept here, so that a file of one week is enough.</summary>
/// <param name="Animal">Its name, which stays on this machine.</param>
/// <param name="Since">The first point of its unbroken run.</param>
/// <param name="LastPoint">The last point at which it had a record.</param>
/// <param name="LastRun">The run (lactation) of that record.</param>
/// <param name="LastTime">The time of that record.</param>
/// <param name="LastRow">The inputs of that record in their own units; null where never measured.</param>
public sealed record LivePlace(string Animal, int Since, int LastPoint, double LastRun, double LastTime, IReadOnlyList<double?> LastRow);

/// <summary>A point that was appended, and what came of it.</summary>
/// <param name="Point">Its number.</param>
/// <param name="Time">The latest time among its records.</param>
/// <param name="TimeIsCalendar">Whether that counts days since 0001-01-01.</param>
/// <param name="ChunkSha256">SHA-256 of each of its chunks as they were sent, hexadecimal.</param>
/// <param name="Windows">The animals that have a full window up to it.</param>
/// <param name="Forecast">What was forecast; null before it came.</param>
public sealed record LivePoint(
    int Point, double Time, bool TimeIsCalendar, IReadOnlyList<string> ChunkSha256, IReadOnlyList<LiveWindow> Windows, LiveForecast? Forecast);

/// <summary>An animal whose window is full at a point.</summary>
/// <param name="Place">Its place.</param>
/// <param name="Animal">Its name.</param>
/// <param name="LastTime">The time of its last record.</param>
/// <param name="LastKilograms">The yield of its last record.</param>
public sealed record LiveWindow(int Place, string Animal, double LastTime, double LastKilograms);

/// <summary>A decrypted live forecast.</summary>
/// <param name="Sequence">The number of the event it came with.</param>
/// <param name="Version">The model's version that made it.</param>
/// <param name="Kilograms">The forecast of each of the point's windows, in their order.</param>
/// <param name="EvaluationSeconds">The node's seconds of computation.</param>
/// <param name="Published">When the node published it, by its clock.</param>
public sealed record LiveForecast(long Sequence, int Version, IReadOnlyList<double> Kilograms, double EvaluationSeconds, DateTimeOffset Published);
