using System.Collections.Immutable;

namespace Preservation.Packages.Description;

/// <summary>What a package says about itself, whatever its kind; the catalogue keeps it and can rebuild it from the AIP.</summary>
public sealed record PackageDescription
{
    /// <summary>Which kind of package said so.</summary>
    public required PackageKind Kind { get; init; }

    /// <summary>METS <c>@OBJID</c> of the package, or the bag's <c>External-Identifier</c>.</summary>
    public string? ObjId { get; init; }

    /// <summary>Title of the dossier.</summary>
    public string? Title { get; init; }

    /// <summary>Code of the fonds.</summary>
    public string? FondsCode { get; init; }

    /// <summary>Code of the submitting agency, when told apart from the fonds.</summary>
    public string? AgencyCode { get; init; }

    /// <summary>Name of the submitting agency.</summary>
    public string? AgencyName { get; init; }

    /// <summary>METS <c>@TYPE</c>, the content category.</summary>
    public string? ContentCategory { get; init; }

    /// <summary>METS <c>@RECORDSTATUS</c>: NEW, SUPPLEMENT, REPLACEMENT, TEST, …</summary>
    public string? RecordStatus { get; init; }

    /// <summary>Registration code, or the submission agreement's.</summary>
    public string? RegistrationCode { get; init; }

    /// <summary><c>maintenance</c>, a code.</summary>
    public string? RetentionCode { get; init; }

    /// <summary><c>mode</c>, a code.</summary>
    public string? AccessMode { get; init; }

    /// <summary><c>startDate</c></summary>
    public TextDate? Start { get; init; }

    /// <summary><c>endDate</c></summary>
    public TextDate? End { get; init; }

    /// <summary>Every field of the dossier as received, in the order received.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Fields { get; init; } = [];

    /// <summary>The documents in order.</summary>
    public ImmutableArray<DocumentDescription> Documents { get; init; } = [];

    /// <summary>Other codes of the package and its documents.</summary>
    public ImmutableArray<PackageAlias> Aliases { get; init; } = [];

    /// <summary>The metadata files the package's METS documents reference.</summary>
    public ImmutableArray<DescribedMetadata> Metadata { get; init; } = [];

    /// <summary>The value of a dossier field, or null; blank counts as absent.</summary>
    public string? Field(string name) => Find(Fields, name);

    internal static string? Find(ImmutableArray<KeyValuePair<string, string>> fields, string name)
    {
        foreach (var (key, value) in fields)
            if (key == name) return string.IsNullOrWhiteSpace(value) ? null : value;
        return null;
    }
}
