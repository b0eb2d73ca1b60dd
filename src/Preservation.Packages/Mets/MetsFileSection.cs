using System.Collections.Immutable;

namespace Preservation.Packages.Mets;

/// <summary><c>fileSec</c></summary>
public sealed record MetsFileSection(string? Id, ImmutableArray<MetsFileGroup> Groups)
{
    /// <summary>The groups and those inside them, outermost first.</summary>
    public IEnumerable<MetsFileGroup> AllGroups
    {
        get
        {
            var waiting = new Stack<MetsFileGroup>(Groups.Reverse());
            while (waiting.TryPop(out var group))
            {
                yield return group;
                foreach (var inner in group.Groups.Reverse()) waiting.Push(inner);
            }
        }
    }
}
