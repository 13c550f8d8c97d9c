using System.Globalization;
using FheOrleans.Gateway.Contracts;
using Microsoft.AspNetCore.Http;

namespace FheOrleans.Gateway.Problems;

/// <summary>A refusal of the gateway's own, before or without any grain.</summary>
internal sealed class Refusal(ProblemBody body) : Exception(body.Detail)
{
    public Refusal(int status, string type, string title, string detail, string? found = null, string? expected = null)
        : this(new ProblemBody(type, title, status, detail, found, expected))
    {
    }

    public ProblemBody Body => body;

    public static Refusal Invalid(string detail, string? found = null, string? expected = null) =>
        new(StatusCodes.Status400BadRequest, ProblemTypes.InvalidRequest, "Invalid request", detail, found, expected);

    public static Refusal TooLarge(string what, long bytes, long maximum) => new(
        StatusCodes.Status413PayloadTooLarge,
        ProblemTypes.TooLarge,
        "Too large",
        $"{what} is larger than this route takes; nothing of it was read.",
        string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        string.Create(CultureInfo.InvariantCulture, $"at most {maximum} bytes"));

    public static Refusal NotFound() => new(
        StatusCodes.Status404NotFound,
        ProblemTypes.NotFound,
        "Not found",
        "There is nothing at this address among what this token may see. Check the id.");
}
