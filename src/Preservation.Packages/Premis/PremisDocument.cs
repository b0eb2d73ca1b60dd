using System.Collections.Immutable;

namespace Preservation.Packages.Premis;

/// <summary>A PREMIS 3.0 document: objects, the events they went through, and the agents of those.</summary>
public sealed record PremisDocument
{
    /// <summary>Objects.</summary>
    public ImmutableArray<PremisObject> Objects { get; init; } = [];

    /// <summary>More objects, made one by one while the document is written; none in a document that was read.</summary>
    public IEnumerable<PremisObject> WrittenObjects { get; init; } = [];

    /// <summary>Events.</summary>
    public ImmutableArray<PremisEvent> Events { get; init; } = [];

    /// <summary>Agents.</summary>
    public ImmutableArray<PremisAgent> Agents { get; init; } = [];

    /// <summary>Links of events to agents or objects that the document does not describe (AIP18).</summary>
    public IEnumerable<PremisIdentifier> DanglingLinks()
    {
        var objects = Objects.SelectMany(o => o.Identifiers).ToHashSet();
        var agents = Agents.Select(a => a.Identifier).ToHashSet();
        foreach (var e in Events)
        {
            foreach (var link in e.Agents)
                if (!agents.Contains(link.Identifier)) yield return link.Identifier;
            foreach (var link in e.Objects)
                if (!objects.Contains(link.Identifier)) yield return link.Identifier;
        }
    }
}
