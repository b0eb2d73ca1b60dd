namespace Preservation.Workflow.Options;

/// <summary>How documents for people (reports, minutes) are set.</summary>
public sealed class DocumentOptions
{
    /// <summary>A TrueType font with the letters of Vietnamese; it is embedded. The default is where Debian's fonts-dejavu-core puts it.</summary>
    public string Font { get; set; } = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

    /// <summary>Its bold one.</summary>
    public string BoldFont { get; set; } = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";
}
