using System.Formats.Asn1;

namespace Preservation.Signatures.Path;

/// <summary>Does a list speak of a certificate, and of which reasons (RFC 5280 §6.3.3 (b), (d)).</summary>
internal static class CrlScope
{
    /// <summary>The reasons; none when the list is for other certificates.</summary>
    public static RevocationReasons Reasons(CertificateRevocationList list, Certificate certificate)
    {
        if (list.Scope is { } scope && ((scope.OnlyUsers && certificate.IsAuthority) || (scope.OnlyAuthorities && !certificate.IsAuthority) || scope.OnlyAttributes))
            return RevocationReasons.None;
        try
        {
            var covered = RevocationReasons.None;
            foreach (var point in certificate.Extensions.DistributionPoints)
                if (Matches(list, certificate, point)) covered |= point.Reasons;
            // Lists that no point names are used too, as if a point had the issuer's name (§6.3.3, last paragraph).
            if (list.IssuerName.Is(certificate.IssuerName) && NamesMatch(list, [GeneralName.Of(certificate.IssuerName)])) covered = RevocationReasons.All;
            return covered & (list.Scope?.Reasons ?? RevocationReasons.All);
        }
        catch (AsnContentException)
        {
            return RevocationReasons.None;
        }
    }

    /// <summary>Does the certificate name its own subject as the issuer of the lists that speak of it.</summary>
    public static bool IsOwnIssuer(Certificate certificate) => certificate.Extensions.DistributionPoints
        .Any(p => p.CrlIssuer.Any(n => n.Directory is { } directory && directory.Is(certificate.SubjectName)));

    private static bool Matches(CertificateRevocationList list, Certificate certificate, DistributionPoint point)
    {
        if (point.CrlIssuer.IsEmpty)
            return list.IssuerName.Is(certificate.IssuerName) && (list.Scope?.Name is null || (point.Name is { } own && NamesMatch(list, own.Names(certificate.IssuerName))));
        var issuers = point.CrlIssuer.Select(n => n.Directory).OfType<DistinguishedName>().ToList();
        if (list.Scope is not { IsIndirect: true } || !issuers.Exists(list.IssuerName.Is)) return false;
        return NamesMatch(list, point.Name is { } name ? name.Names(issuers) : point.CrlIssuer);
    }

    private static bool NamesMatch(CertificateRevocationList list, IEnumerable<GeneralName> names)
    {
        if (list.Scope?.Name is not { } own) return true;
        var listed = own.Names(list.IssuerName).ToList();
        return names.Any(n => listed.Exists(n.Is));
    }
}
