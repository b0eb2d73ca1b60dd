using System.Collections.Immutable;

namespace Preservation.Packages.Mets;

/// <summary><c>amdSec</c> and the metadata sections in it, in document order.</summary>
public sealed record MetsAdministration(string? Id, ImmutableArray<MetsSection> Sections);
