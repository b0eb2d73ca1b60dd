using System.Collections.Immutable;
using System.Globalization;
using Preservation.Packages.Description;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Dip;

/// <summary>Who asks for what, when and why: the fields of Circular 05/2025 Annex V, and what of the package is to be given.</summary>
public sealed record DipRequest
{
    /// <summary>Number of the request (<c>requestID</c>).</summary>
    public string? RequestId { get; init; }

    /// <summary>Its date (<c>requestDate</c>): <c>DD/MM/YYYY</c>, or an ISO date, which is written as such.</summary>
    public string? RequestDate { get; init; }

    /// <summary><c>purpose</c>, a code: 01 personal, 02 official duty, 03 special official duty.</summary>
    public string? Purpose { get; init; }

    /// <summary><c>purposeContent</c></summary>
    public string? PurposeContent { get; init; }

    /// <summary><c>feeObjectType</c>, a code.</summary>
    public string? FeeObjectType { get; init; }

    /// <summary><c>researchTopic</c></summary>
    public string? ResearchTopic { get; init; }

    /// <summary><c>description</c></summary>
    public string? Description { get; init; }

    /// <summary>Who receives the package; named in PREMIS.</summary>
    public string? Recipient { get; init; }

    /// <summary>Who decided that it is given; named in PREMIS.</summary>
    public string? Authorizer { get; init; }

    /// <summary>
    /// What is to be given: identifiers or codes of documents, and of packages that describe no documents, paths of files or folders below
    /// <c>representations/</c>. Everything when empty.
    /// </summary>
    public ImmutableArray<string> Documents { get; init; } = [];

    /// <summary>True to give what was received too (<c>submission/</c>); only with the whole package.</summary>
    public bool IncludesSubmission { get; init; }

    /// <summary>The descriptor of Annex V.</summary>
    internal SimpleDc ToDescriptor() => new([.. Tt05Fields.DipRequest.Select(f => KeyValuePair.Create(f.Name, Value(f.Name)))
        .Where(f => !string.IsNullOrWhiteSpace(f.Value)).Select(f => KeyValuePair.Create(f.Key, f.Value!.Trim()))]);

    /// <summary>The request in one line, for the event; empty when nothing is known.</summary>
    internal string Summary => string.Join("; ", ToDescriptor().Fields.Where(f => f.Key != "description").Select(f => $"{f.Key}: {f.Value}"));

    private string? Value(string name) => name switch
    {
        "requestID" => RequestId,
        "requestDate" => RequestDate is { } text && TextDate.Parse(text) is { IsDay: true, From: { } day } ? day.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture) : RequestDate,
        "purpose" => Purpose,
        "purposeContent" => PurposeContent,
        "feeObjectType" => FeeObjectType,
        "researchTopic" => ResearchTopic,
        "description" => Description,
        _ => null,
    };
}
