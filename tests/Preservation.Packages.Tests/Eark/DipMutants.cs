using static Preservation.Packages.Tests.Eark.EarkMutant;

namespace Preservation.Packages.Tests.Eark;

/// <summary>DIP1–DIP4.</summary>
internal static class DipMutants
{
    private static EarkMutant Dip(string rule, string fault, Action<MemoryTree> change) => new(rule, fault, EarkSample.Dip, change);

    public static IEnumerable<EarkMutant> All =>
    [
        Dip("DIP1", "no OBJID", Cut(" OBJID=\"[^\"]*\"")),
        Dip("DIP2", "PROFILE of something else", Sub("E-ARK-DIP", "E-ARK-XIP")),
        Dip("DIP3", "package type of a SIP", Sub("OAISPACKAGETYPE=\"DIP\"", "OAISPACKAGETYPE=\"SIP\"")),
        Dip("DIP4", "a description that is superseded", Sub("STATUS=\"CURRENT\"", "STATUS=\"SUPERSEDED\"")),
    ];
}
