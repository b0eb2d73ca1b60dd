namespace Preservation.Packages.Aip;

/// <summary>A submission an earlier version of the package was made of, kept whole beside the one that continues it.</summary>
/// <param name="Folder">Where it lies in the AIP: <c>submission/</c>, or <c>submission/…/</c> for one that was itself a continuation.</param>
/// <param name="Files">Its files, by their paths in it; all held.</param>
public sealed record EarlierSubmission(string Folder, SubmittedFiles Files);
