namespace Preservation.Core.Findings;

/// <summary>One requirement that one place of a package does not meet. Never quotes content (domain.md).</summary>
/// <param name="Rule">Which requirement.</param>
/// <param name="Path">Where: relative to the package, with <c>/</c>; empty for the package as a whole.</param>
/// <param name="Expected">What the rule asks for at this place, when that can be said.</param>
/// <param name="Found">What is there instead.</param>
public sealed record Finding(Rule Rule, string Path, string? Expected = null, string? Found = null)
{
    /// <summary>The rule's message with this finding's values.</summary>
    public LocalizedText Message => new(Fill(Rule.Message.En), Fill(Rule.Message.Vi));

    /// <summary>What the sender can do about it.</summary>
    public LocalizedText Hint => new(Fill(Rule.Hint.En), Fill(Rule.Hint.Vi));

    private string Fill(string text) => text
        .Replace("{path}", Path, StringComparison.Ordinal)
        .Replace("{expected}", Expected ?? "–", StringComparison.Ordinal)
        .Replace("{found}", Found ?? "–", StringComparison.Ordinal);
}
