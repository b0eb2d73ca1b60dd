using System.Collections.Immutable;

namespace Preservation.Packages.Mets;

/// <summary><c>metsHdr</c>: when the package was made, by what, and which OAIS package it is.</summary>
public sealed record MetsHeader
{
    /// <summary><c>@CREATEDATE</c></summary>
    public string? Created { get; init; }

    /// <summary><c>@LASTMODDATE</c></summary>
    public string? LastModified { get; init; }

    /// <summary><c>@RECORDSTATUS</c></summary>
    public string? RecordStatus { get; init; }

    /// <summary><c>@csip:OAISPACKAGETYPE</c></summary>
    public string? OaisPackageType { get; init; }

    /// <summary>Every <c>agent</c>.</summary>
    public ImmutableArray<MetsAgent> Agents { get; init; } = [];

    /// <summary>Every <c>altRecordID</c>.</summary>
    public ImmutableArray<MetsAltRecordId> AltRecordIds { get; init; } = [];
}
