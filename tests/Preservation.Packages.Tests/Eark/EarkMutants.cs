namespace Preservation.Packages.Tests.Eark;

/// <summary>At least one fault for every requirement of the E-ARK specifications.</summary>
internal static class EarkMutants
{
    public static IReadOnlyList<EarkMutant> All { get; } =
    [
        .. CsipMutants.All, .. CsipFileMutants.All, .. CsipStructMapMutants.All, .. CsipFolderMutants.All, .. SipMutants.All, .. AipMutants.All, .. DipMutants.All,
    ];
}
