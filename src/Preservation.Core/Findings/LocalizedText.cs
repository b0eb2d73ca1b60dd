namespace Preservation.Core.Findings;

/// <summary>The same sentence for an English and a Vietnamese reader.</summary>
public sealed record LocalizedText(string En, string Vi)
{
    /// <summary>The text in the language of the two-letter code; English when it is not Vietnamese.</summary>
    public string In(string language) => language == "vi" ? Vi : En;
}
