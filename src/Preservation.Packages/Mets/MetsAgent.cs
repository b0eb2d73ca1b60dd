using System.Collections.Immutable;

namespace Preservation.Packages.Mets;

/// <summary><c>metsHdr/agent</c>: a person, organisation or software and its part in the package.</summary>
public sealed record MetsAgent(string? Role, string? Type, string? OtherType, string? Name, ImmutableArray<MetsNote> Notes)
{
    /// <summary><c>@OTHERROLE</c></summary>
    public string? OtherRole { get; init; }

    /// <summary>True for the software that made the package (CSIP11–CSIP13).</summary>
    public bool IsSoftware => Role == "CREATOR" && Type == "OTHER" && OtherType == "SOFTWARE";

    /// <summary>The first note of this <c>csip:NOTETYPE</c>, or null.</summary>
    public string? Note(string noteType)
    {
        foreach (var note in Notes)
            if (note.NoteType == noteType) return note.Text;
        return null;
    }
}
