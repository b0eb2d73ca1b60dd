namespace Preservation.Catalogue.Model;

/// <summary>Why a verdict was made.</summary>
public enum VerdictReason
{
    /// <summary>The package was taken in.</summary>
    Ingest,

    /// <summary>Material came that the verdict before lacked.</summary>
    Material,

    /// <summary>Engine, policies, catalogues of algorithms or anchors changed.</summary>
    Rules,
}
