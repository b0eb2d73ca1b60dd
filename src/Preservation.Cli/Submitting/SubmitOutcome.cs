using System.Text.Json;

namespace Preservation.Cli.Submitting;

/// <summary>What became of one package.</summary>
/// <param name="Path">The package.</param>
/// <param name="State">A state of the server's, <c>refused</c>, or <c>failed</c> when the server could not be reached or the package not be read.</param>
internal sealed record SubmitOutcome(string Path, string State)
{
    /// <summary>The submission's id; null when none was made.</summary>
    public string? Submission { get; init; }

    /// <summary>The newest receipt's file; null when none was saved.</summary>
    public string? Receipt { get; init; }

    /// <summary>The submission as the server tells it; null when none was made.</summary>
    public JsonElement? Told { get; init; }

    /// <summary>Why the server refused.</summary>
    public JsonElement? Problem { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Failure { get; init; }

    /// <summary>The server's status of a refusal; 0 when there was none.</summary>
    public int Status { get; init; }

    /// <summary>The exit code of this package.</summary>
    public int Exit => State switch
    {
        "rejected" or "returned" => ExitCodes.AtFault,
        "refused" => Status < 500 ? ExitCodes.AtFault : ExitCodes.NotJudged,
        "failed" => ExitCodes.NotJudged,
        _ => ExitCodes.Well,
    };

    /// <summary>Its members, as contracts.md names them.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("submission", Submission);
        json.WriteString("state", State);
        json.WriteString("receipt", Receipt);
        if (Told is { } told)
        {
            Write(json, "package", told, "packageId");
            Write(json, "findings", told, "findings");
        }
        if (Problem is { } problem)
        {
            json.WritePropertyName("problem");
            problem.WriteTo(json);
        }
        if (Failure is not null) json.WriteString("problem", Failure);
    }

    private static void Write(Utf8JsonWriter json, string name, JsonElement told, string member)
    {
        if (!told.TryGetProperty(member, out var value)) return;
        json.WritePropertyName(name);
        value.WriteTo(json);
    }
}
