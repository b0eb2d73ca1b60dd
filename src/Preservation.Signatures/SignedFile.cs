namespace Preservation.Signatures;

/// <summary>A file that carries signatures, or one that a detached signature may cover.</summary>
/// <param name="Path">Name for reports and findings, relative to the package, with <c>/</c>.</param>
/// <param name="Bytes">Length in bytes.</param>
/// <param name="OpenAsync">
/// Opens the content at its start; may be called several times and need not be seekable. An <see cref="IOException"/>
/// it throws passes through: it says nothing about the signatures.
/// </param>
public sealed record SignedFile(string Path, long Bytes, Func<CancellationToken, Task<Stream>> OpenAsync);
