namespace Preservation.Core.Files;

/// <summary>The archive file a package lies in.</summary>
/// <param name="FileName">Its name, without folders.</param>
/// <param name="Format"><c>zip</c> or <c>tar</c>.</param>
/// <param name="IsCompressedWhole">True for a gzipped tar; a zip compresses its entries one by one and is not meant.</param>
public sealed record ArchiveForm(string FileName, string Format, bool IsCompressedWhole);
