namespace Preservation.Packages.Mets;

/// <summary>Takes the parts of a METS document of which there may be a million, one after another.</summary>
/// <param name="File">
/// Takes a file. What the schema puts before the file section is known of the document already, and of the group its own attributes.
/// </param>
/// <param name="Pointer">Takes the <c>@FILEID</c> of an <c>fptr</c> in a division; true when it need not be kept.</param>
internal sealed record MetsVisitor(Action<MetsDocument, MetsFileGroup, MetsFile> File, Func<MetsDiv, string, bool> Pointer);
