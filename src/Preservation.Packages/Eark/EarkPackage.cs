namespace Preservation.Packages.Eark;

/// <summary>What holds for all METS documents of a package under check.</summary>
/// <param name="Edition">The edition of the specifications it is held against.</param>
/// <param name="IsEditionTold">False when the package's profile names no edition and the newest is taken.</param>
/// <param name="Type">SIP, AIP, DIP, …, as the package's own METS says.</param>
internal sealed record EarkPackage(string Edition, bool IsEditionTold, string? Type)
{
    /// <summary>
    /// False for AIPs and DIPs, which keep what was given: that something optional or only recommended is absent is told of
    /// submissions, whose sender can still add it.
    /// </summary>
    public bool IsSenders => Type is not ("AIP" or "DIP");
}
