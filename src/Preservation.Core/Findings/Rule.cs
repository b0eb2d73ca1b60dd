namespace Preservation.Core.Findings;

/// <summary>
/// A requirement that content can fail. The code is the standard's own where it has one; texts are data in
/// <c>schemas/rules</c> and may hold <c>{path}</c>, <c>{expected}</c> and <c>{found}</c>.
/// </summary>
public sealed record Rule(string Code, Severity Severity, string Clause, LocalizedText Message, LocalizedText Hint);
