namespace Preservation.Workflow.Documents;

/// <summary>What a document says of itself, on its pages and in its metadata.</summary>
/// <param name="Title">Its title; at the foot of every page.</param>
/// <param name="Language">A language tag (BCP 47).</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="Producer">The program.</param>
/// <param name="PageWord">What stands before the number of a page: "Trang", "Page".</param>
/// <param name="IsWide">A4 on its side.</param>
public sealed record DocumentDescription(string Title, string Language, DateTimeOffset MadeAt, string Producer, string PageWord, bool IsWide = false);
