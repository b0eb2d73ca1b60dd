using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Preservation.Signatures.Reports;

/// <summary>Tells organisations' certificates from persons'.</summary>
public static class SignerKind
{
    private static readonly string[] PersonalAttributes = ["2.5.4.42", "2.5.4.4", "2.5.4.12"]; // given name, surname, title
    private static readonly string[] PersonalIdentifiers = ["CMND:", "CCCD:", "HC:"]; // identity card, citizen card, passport in UID
    private const string Organisation = "2.5.4.10";
    private const string OrganisationIdentifier = "2.5.4.97";
    private const string UserIdentifier = "0.9.2342.19200300.100.1.1";

    /// <summary>
    /// True when the subject is an organisation and no person: it names an organisation or its identifier (ETSI EN 319 412-3) and nothing that only persons
    /// have (EN 319 412-2, and the identity numbers that Vietnamese certificates carry in UID).
    /// </summary>
    public static bool IsOrganisation(string subject)
    {
        try
        {
            var attributes = new X500DistinguishedName(subject).EnumerateRelativeDistinguishedNames().Where(r => !r.HasMultipleElements)
                .Select(r => (Oid: r.GetSingleElementType().Value, Value: r.GetSingleElementValue() ?? "")).ToList();
            var isPerson = attributes.Exists(a => PersonalAttributes.Contains(a.Oid)
                || (a.Oid == UserIdentifier && Array.Exists(PersonalIdentifiers, p => a.Value.StartsWith(p, StringComparison.OrdinalIgnoreCase))));
            return !isPerson && attributes.Exists(a => a.Oid is Organisation or OrganisationIdentifier);
        }
        catch (CryptographicException)
        {
            // A name that cannot be taken apart again proves no organisation.
            return false;
        }
    }
}
