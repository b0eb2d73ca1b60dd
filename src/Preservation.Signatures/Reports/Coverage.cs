namespace Preservation.Signatures.Reports;

/// <summary>How much of its file a signature covers.</summary>
public enum Coverage
{
    /// <summary>Every byte but the signature itself.</summary>
    Full,

    /// <summary>A whole earlier revision; bytes were added later.</summary>
    Revision,

    /// <summary>It cannot be said what a reader sees of the signed bytes.</summary>
    Unclear,
}
