using System.Collections.Immutable;
using Preservation.Packages.Description;
using Preservation.Packages.Premis;

namespace Preservation.Packages.Aip;

/// <summary>Everything an AIP follows from; equal requests give equal plans, byte for byte.</summary>
public sealed record AipRequest
{
    /// <summary>The package's identifier, <c>urn:uuid:…</c>; it never changes (AIPM1).</summary>
    public required string Id { get; init; }

    /// <summary>The instant the AIP is made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>What the submission says about itself; its kind decides the AIP's form.</summary>
    public required PackageDescription Description { get; init; }

    /// <summary>Every file of the submission.</summary>
    public required ImmutableArray<SubmittedFile> Submission { get; init; }

    /// <summary>Events so far; they link to objects by <see cref="AipPlanner.PackageObject"/> and <see cref="AipPlanner.FileObject"/>.</summary>
    public ImmutableArray<PremisEvent> Events { get; init; } = [];

    /// <summary>The agents of those events.</summary>
    public ImmutableArray<PremisAgent> Agents { get; init; } = [];

    /// <summary>Files the service adds, below <c>metadata/</c> or <c>documentation/</c>.</summary>
    public ImmutableArray<GeneratedFile> Generated { get; init; } = [];

    /// <summary>The software named in METS.</summary>
    public PackageSoftware Software { get; init; } = PackageSoftware.Ours;

    /// <summary>
    /// Code of the archive, for Circular 05 packages: <c>arcFileCode</c> is this code, a point and the file code. When null,
    /// <c>arcFileCode</c> is the file code itself.
    /// </summary>
    public string? ArchiveCode { get; init; }
}
