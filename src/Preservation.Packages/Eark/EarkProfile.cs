namespace Preservation.Packages.Eark;

/// <summary>The addresses in <c>mets/@PROFILE</c>.</summary>
internal static class EarkProfile
{
    private static readonly string[] Editions = ["", "-v2-0-4", "-v2-1-0", "-v2-2-0"];

    /// <summary>
    /// True for the addresses of one profile with any edition or none: the editions disagree whether theirs is part of the address.
    /// </summary>
    public static bool Is(string? profile, string host, string name) =>
        profile is not null && Editions.Any(e => profile.Equals($"https://{host}.dilcis.eu/profile/{name}{e}.xml", StringComparison.OrdinalIgnoreCase));

    /// <summary>True for an address that means the profile, right or not.</summary>
    public static bool Means(string? profile, string host, string name) =>
        profile?.Contains(host, StringComparison.OrdinalIgnoreCase) == true && profile.Contains(name, StringComparison.OrdinalIgnoreCase);
}
