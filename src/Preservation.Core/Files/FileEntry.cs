namespace Preservation.Core.Files;

/// <summary>What stands at a path of a tree.</summary>
public enum EntryKind : sbyte
{
    /// <summary>Bytes.</summary>
    File,

    /// <summary>A folder with nothing in it; folders with content are implied by their files.</summary>
    EmptyFolder,

    /// <summary>A symbolic link: reported, never followed.</summary>
    SymbolicLink,

    /// <summary>A device, pipe or socket: reported, never opened.</summary>
    Special,
}

/// <summary>One thing in a package.</summary>
/// <param name="Path">Relative to the package, with <c>/</c>, exactly as stored (no Unicode normalisation).</param>
/// <param name="Bytes">Length of the content; 0 for anything but a file.</param>
/// <param name="Kind">What it is.</param>
public sealed record FileEntry(string Path, long Bytes, EntryKind Kind);
