using System.Collections.Immutable;

namespace Preservation.Packages.Premis;

/// <summary>A link to an object or agent with its roles (<c>source</c>, <c>outcome</c>, <c>executing program</c>, …).</summary>
public sealed record PremisLink(PremisIdentifier Identifier, ImmutableArray<string> Roles);
