namespace Preservation.Packages.Mets;

/// <summary>One <c>dmdSec</c>, <c>techMD</c>, <c>rightsMD</c>, <c>sourceMD</c> or <c>digiprovMD</c>.</summary>
/// <param name="Element">Its element name.</param>
/// <param name="Id"><c>@ID</c></param>
/// <param name="Created"><c>@CREATED</c></param>
/// <param name="Status"><c>@STATUS</c></param>
/// <param name="Reference">Its <c>mdRef</c>; null when there is none (then the metadata is wrapped or missing).</param>
public sealed record MetsSection(string Element, string? Id, string? Created, string? Status, MetsReference? Reference)
{
    /// <summary>Element name of descriptive metadata.</summary>
    public const string Descriptive = "dmdSec";

    /// <summary>Element name of technical metadata.</summary>
    public const string Technical = "techMD";

    /// <summary>Element name of rights metadata.</summary>
    public const string Rights = "rightsMD";

    /// <summary>Element name of source metadata.</summary>
    public const string Source = "sourceMD";

    /// <summary>Element name of digital provenance metadata.</summary>
    public const string Provenance = "digiprovMD";
}
