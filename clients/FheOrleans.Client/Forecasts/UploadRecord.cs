using System.Text.Json.Serialization;
using FheOrleans.Client.Herds;

namespace FheOrleans.Client.Forecasts;

/// <summary>What a dataset on the node was made of: enough to continue its upload, and to read what is computed from it.</summary>
/// <param name="Dataset">The dataset's id on the node.</param>
/// <param name="KeySet">The key set it is encrypted under.</param>
/// <param name="Herd">Name of the wrangled herd in the home.</param>
/// <param name="Part">Part of the herd: training, validation, test or latest.</param>
/// <param name="Model">The model's reference it is meant for.</param>
/// <param name="Version">The model's version.</param>
/// <param name="Form">The circuit form it is packed for, as text; <c>layout</c> in the file, as before there were others than two.</param>
/// <param name="Plan">The circuit plan's JSON.</param>
/// <param name="Batches">How many batches there are.</param>
/// <param name="Windows">How many windows there are.</param>
/// <param name="Content">SHA-256 of the windows, hexadecimal: the herd may be wrangled anew under the same name.</param>
/// <param name="IsComplete">Whether every chunk is on the node.</param>
/// <param name="Scaling">
/// By what the windows were scaled, and forecasts are read: the ranges of the herd the model was trained on. Null in homes of before it was
/// kept: the herd's own.
/// </param>
public sealed record UploadRecord(
    string Dataset, string KeySet, string Herd, string Part, string Model, int Version, [property: JsonPropertyName("layout")] string Form, byte[] Plan, int Batches,
    int Windows, string Content,
    bool IsComplete, MinMaxScaling? Scaling = null);
