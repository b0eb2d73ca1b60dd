using System.Collections.Immutable;

namespace Preservation.Packages.Mets;

/// <summary><c>div</c></summary>
public sealed record MetsDiv
{
    /// <summary><c>@ID</c></summary>
    public string? Id { get; init; }

    /// <summary><c>@TYPE</c></summary>
    public string? Type { get; init; }

    /// <summary><c>@LABEL</c></summary>
    public string? Label { get; init; }

    /// <summary><c>@DMDID</c></summary>
    public ImmutableArray<string> DmdIds { get; init; } = [];

    /// <summary><c>@ADMID</c></summary>
    public ImmutableArray<string> AdmIds { get; init; } = [];

    /// <summary><c>fptr/@FILEID</c>, null where the attribute is missing.</summary>
    public ImmutableArray<string?> FileIds { get; init; } = [];

    /// <summary>Every <c>mptr</c>.</summary>
    public ImmutableArray<MetsPointer> Pointers { get; init; } = [];

    /// <summary>The divisions inside.</summary>
    public ImmutableArray<MetsDiv> Divs { get; init; } = [];

    /// <summary>This division and all below it, outermost first.</summary>
    public IEnumerable<MetsDiv> SelfAndBelow
    {
        get
        {
            var waiting = new Stack<MetsDiv>([this]);
            while (waiting.TryPop(out var div))
            {
                yield return div;
                foreach (var inner in div.Divs.Reverse()) waiting.Push(inner);
            }
        }
    }
}
