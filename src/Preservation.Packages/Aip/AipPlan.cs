using System.Collections.Immutable;

namespace Preservation.Packages.Aip;

/// <summary>Every file of an AIP version, in byte order of their paths; equal bytes appear under several paths with equal digests.</summary>
public sealed record AipPlan(string Id, ImmutableArray<AipEntry> Entries);
