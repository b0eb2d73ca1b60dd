using System.Collections.Immutable;

namespace Preservation.Packages.Mets;

/// <summary><c>fileGrp</c></summary>
public sealed record MetsFileGroup
{
    /// <summary><c>@ID</c></summary>
    public string? Id { get; init; }

    /// <summary>Its place among all groups of the document it was read from, from 0.</summary>
    public int Number { get; init; }

    /// <summary><c>@USE</c></summary>
    public string? Use { get; init; }

    /// <summary><c>@ADMID</c>, one entry an identifier.</summary>
    public ImmutableArray<string> AdmIds { get; init; } = [];

    /// <summary><c>@csip:CONTENTINFORMATIONTYPE</c></summary>
    public string? ContentInformationType { get; init; }

    /// <summary><c>@csip:OTHERCONTENTINFORMATIONTYPE</c></summary>
    public string? OtherContentInformationType { get; init; }

    /// <summary>The files of this group itself; none when the reader handed them over instead.</summary>
    public ImmutableArray<MetsFile> Files { get; init; } = [];

    /// <summary>More files, made one by one while the group is written.</summary>
    public IEnumerable<MetsFile> WrittenFiles { get; init; } = [];

    /// <summary>How many files were handed over.</summary>
    public int HandedOver { get; init; }

    /// <summary>How many files the group has.</summary>
    public int FileCount => Files.Length + HandedOver;

    /// <summary>Groups inside this one.</summary>
    public ImmutableArray<MetsFileGroup> Groups { get; init; } = [];
}
