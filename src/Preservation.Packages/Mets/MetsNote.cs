namespace Preservation.Packages.Mets;

/// <summary><c>agent/note</c> with its <c>csip:NOTETYPE</c>.</summary>
public sealed record MetsNote(string Text, string? NoteType);
