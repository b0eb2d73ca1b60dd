using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>DIP1–DIP4.</summary>
internal static class EarkDipCheck
{
    private const string Host = "earkdip";

    // The AIP's profile lies under the DIP's host.
    public static bool Applies(MetsDocument mets) =>
        !EarkProfile.Means(mets.Profile, Host, "E-ARK-AIP") && (EarkProfile.Means(mets.Profile, Host, "E-ARK-DIP") || mets.Header?.OaisPackageType == "DIP");

    public static void Check(EarkCheck c)
    {
        c.Need(!string.IsNullOrWhiteSpace(c.Mets.ObjId), "DIP1", "mets/@OBJID");
        c.Need(EarkProfile.Is(c.Mets.Profile, Host, "E-ARK-DIP"), "DIP2", "https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml", c.Mets.Profile);
        c.Need(c.Mets.Header?.OaisPackageType == "DIP", "DIP3", "DIP", c.Mets.Header?.OaisPackageType);
        c.Need(c.Mets.Descriptive.All(d => d.Status == "CURRENT"), "DIP4", "CURRENT");
    }
}
