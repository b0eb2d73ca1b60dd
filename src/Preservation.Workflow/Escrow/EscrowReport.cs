using System.Text.Json;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core;
using Preservation.Core.Findings;

namespace Preservation.Workflow.Escrow;

/// <summary>What an escrow says after a pass. Each report names the one before by its digest, so that none can be left out or made anew.</summary>
public sealed record EscrowReport
{
    /// <summary>Findings that are written out; more are counted.</summary>
    public const int MostFindings = 500;

    /// <summary>More than any report has.</summary>
    public const int MaxBytes = 2 << 20;

    /// <summary>Orders of destruction that one report speaks of.</summary>
    public const int MostOrders = 100;

    private const int MostCharacters = 500;
    private static readonly JsonSerializerOptions Json = new(AuditJson.Options) { WriteIndented = true, RespectNullableAnnotations = true };

    /// <summary>What the escrow is called.</summary>
    public required string Escrow { get; init; }

    /// <summary>1 for the first.</summary>
    public required long Number { get; init; }

    /// <summary>SHA-512 of the report before, in hexadecimal; null for the first.</summary>
    public string? Previous { get; init; }

    /// <summary>When the pass began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The beginning of the last pass after which everything was held that the source had; null when there was none.</summary>
    public DateTimeOffset? CompleteUntil { get; init; }

    /// <summary>Until where in its rotation every held byte was re-read.</summary>
    public required DateTimeOffset RereadUntil { get; init; }

    /// <summary>Objects that are held.</summary>
    public required long Objects { get; init; }

    /// <summary>When the newest version that is held was made.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>What the pass did.</summary>
    public required EscrowCounts Counts { get; init; }

    /// <summary>What is the matter, at most <see cref="MostFindings"/>.</summary>
    public required IReadOnlyList<EscrowFinding> Findings { get; init; }

    /// <summary>How far each order of destruction is that the service gave out, at most <see cref="MostOrders"/>; none where the escrow takes no orders.</summary>
    public IReadOnlyList<EscrowOrderWord> Orders { get; init; } = [];

    /// <summary>What the report's file holds.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads a report's file; null when it is none.</summary>
    public static EscrowReport? Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        try
        {
            using var document = SafeJson.Parse(bytes, Limits.Default with { MaxMetadataBytes = MaxBytes });
            return document.Deserialize<EscrowReport>(Json) is { Escrow.Length: > 0, Number: > 0, Objects: >= 0, Findings.Count: <= MostFindings } report
                && report.Findings.All(f => f is not null) && report.Orders.Count <= MostOrders && report.Orders.All(o => o is { Destroyed: >= 0, Findings.Count: <= EscrowOrderWord.MostFindings } && o.Findings.All(f => f is not null)) ? report : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static EscrowFinding Of(Finding finding) => new(finding.Rule.Code, Cut(finding.Path)!, Cut(finding.Expected), Cut(finding.Found));

    private static string? Cut(string? text) => text is { Length: > MostCharacters } ? text[..MostCharacters] : text;
}

/// <summary>What a pass did.</summary>
/// <param name="TakenObjects">Objects of which something was taken.</param>
/// <param name="TakenVersions">Versions that were taken.</param>
/// <param name="TakenBytes">Content that was taken.</param>
/// <param name="Refused">Objects that were not taken, or not to their newest version.</param>
/// <param name="Vanished">Objects that are held and are gone from the source.</param>
/// <param name="History">Objects whose history the source tells otherwise.</param>
/// <param name="RereadObjects">Held objects that were re-read.</param>
/// <param name="RereadBytes">Bytes of them that are right.</param>
/// <param name="Rotten">Held keys that are bad or lost.</param>
/// <param name="Repaired">Held keys that were, and are right again.</param>
public sealed record EscrowCounts(
    long TakenObjects, long TakenVersions, long TakenBytes, long Refused, long Vanished, long History, long RereadObjects, long RereadBytes, long Rotten, long Repaired);

/// <summary>One finding of a report.</summary>
/// <param name="Code">A rule of <see cref="EscrowRules"/>.</param>
/// <param name="Subject">An object, a key or a store.</param>
/// <param name="Expected">What is held.</param>
/// <param name="Found">What there is instead.</param>
public sealed record EscrowFinding(string Code, string Subject, string? Expected, string? Found)
{
    /// <summary>The finding in both languages; null when this version knows none of the code.</summary>
    public Finding? ToFinding() => EscrowRules.Find(Code) is { } rule ? new Finding(rule, Subject, Expected, Found) : null;
}

/// <summary>What an escrow says of an order of destruction.</summary>
/// <param name="Order">The order.</param>
/// <param name="Sha512">SHA-512 of the order's file that it speaks of, in hexadecimal; null when that is no order.</param>
/// <param name="State">How far it is.</param>
/// <param name="Destroyed">Objects of it of which nothing is left.</param>
/// <param name="Until">Until when nothing can be done; null when that cannot be said.</param>
/// <param name="Findings">Why it is refused, or what stands in its way; at most <see cref="MostFindings"/>.</param>
public sealed record EscrowOrderWord(Guid Order, string? Sha512, DestructionState State, int Destroyed, DateTimeOffset? Until, IReadOnlyList<EscrowFinding> Findings)
{
    /// <summary>Findings that are written out.</summary>
    public const int MostFindings = 20;
}
