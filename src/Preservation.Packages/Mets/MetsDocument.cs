using System.Collections.Immutable;

namespace Preservation.Packages.Mets;

/// <summary>
/// What a METS 1.12 document says, attribute by attribute and as written: an absent attribute is null, a malformed one keeps
/// its text, so that rules can be applied to it.
/// </summary>
public sealed record MetsDocument
{
    /// <summary><c>mets/@OBJID</c></summary>
    public string? ObjId { get; init; }

    /// <summary><c>mets/@TYPE</c></summary>
    public string? Type { get; init; }

    /// <summary><c>mets/@csip:OTHERTYPE</c></summary>
    public string? OtherType { get; init; }

    /// <summary><c>mets/@LABEL</c></summary>
    public string? Label { get; init; }

    /// <summary><c>mets/@PROFILE</c></summary>
    public string? Profile { get; init; }

    /// <summary><c>mets/@csip:CONTENTINFORMATIONTYPE</c></summary>
    public string? ContentInformationType { get; init; }

    /// <summary><c>mets/@csip:OTHERCONTENTINFORMATIONTYPE</c></summary>
    public string? OtherContentInformationType { get; init; }

    /// <summary><c>metsHdr</c>, when there is one.</summary>
    public MetsHeader? Header { get; init; }

    /// <summary>Every <c>dmdSec</c>.</summary>
    public ImmutableArray<MetsSection> Descriptive { get; init; } = [];

    /// <summary>Every <c>amdSec</c>.</summary>
    public ImmutableArray<MetsAdministration> Administrative { get; init; } = [];

    /// <summary><c>fileSec</c>, when there is one.</summary>
    public MetsFileSection? FileSection { get; init; }

    /// <summary>Every <c>structMap</c>.</summary>
    public ImmutableArray<MetsStructMap> StructMaps { get; init; } = [];

    /// <summary>Every metadata reference of the document, descriptive first.</summary>
    public IEnumerable<MetsSection> Sections => Descriptive.Concat(Administrative.SelectMany(a => a.Sections));

    /// <summary>Every file of every group, groups inside groups included.</summary>
    public IEnumerable<MetsFile> Files => FileSection?.AllGroups.SelectMany(g => g.Files) ?? [];
}
