using System.Globalization;
using System.Text.RegularExpressions;
using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Tt05;

/// <summary>What the circular asks of a METS document itself (VN-METS); whether its references are true is with the files.</summary>
internal static partial class Tt05MetsCheck
{
    private static readonly string[] Statuses = ["NEW", "SUPPLEMENT", "REPLACEMENT", "TEST", "OTHER"];

    public static IEnumerable<Finding> Check(MetsDocument mets, string path, bool isRep, Tt05Package package) =>
        Head(mets, path, isRep, package).Concat(Header(mets, path, isRep)).Concat(Sections(mets, path, isRep, package)).Concat(Files(mets, path, isRep))
            .Concat(Map(mets, path, isRep)).Concat(References(mets, path));

    private static IEnumerable<Finding> Head(MetsDocument mets, string path, bool isRep, Tt05Package package)
    {
        if (mets.ObjId is null || !(package.Form is Tt05Form.SipDossier or Tt05Form.SipCollection ? SipId() : AipId()).IsMatch(mets.ObjId))
            yield return New("VN-METS-01", path, package.IsAip || package.Form == Tt05Form.Dip ? "urn:uuid:{UUID}" : "uuid-{UUID}");
        if (mets.Type?.ToUpperInvariant() is not ("MIXED" or "COLLECTION" or "AIP")) yield return New("VN-METS-02", path, "Mixed, Collection");
        var profile = isRep ? MetsNames.CsipProfile : package.Form switch
        {
            Tt05Form.AipDossier or Tt05Form.AipCollection => MetsNames.Tt05AipProfile,
            Tt05Form.Dip => MetsNames.Tt05DipProfile,
            _ => MetsNames.CsipProfile,
        };
        if (mets.Profile != profile) yield return New("VN-METS-03", path, profile);
        if (isRep && mets.ContentInformationType is null) yield return New("VN-METS-04", path, "MIXED");
    }

    private static IEnumerable<Finding> Header(MetsDocument mets, string path, bool isRep)
    {
        var header = mets.Header ?? new MetsHeader();
        if (!IsInstant(header.Created)) yield return New("VN-METS-05", path, "CREATEDATE");
        if (!IsInstant(header.LastModified)) yield return New("VN-METS-05", path, "LASTMODDATE");
        if (!isRep && !Statuses.Contains(header.RecordStatus)) yield return New("VN-METS-06", path, string.Join(", ", Statuses));
        if (header.OaisPackageType is not ("SIP" or "AIP" or "DIP")) yield return New("VN-METS-07", path, "SIP, AIP, DIP");
        if (!header.Agents.Any(a => a.IsSoftware && !string.IsNullOrWhiteSpace(a.Name) && a.Note("SOFTWARE VERSION") is not null))
            yield return New("VN-METS-08", path);
        if (!header.Agents.Any(a => a.Type == "ORGANIZATION" && !string.IsNullOrWhiteSpace(a.Name) && !string.IsNullOrWhiteSpace(a.Note("IDENTIFICATIONCODE"))))
            yield return New("VN-METS-09", path);
        if (!isRep && !header.AltRecordIds.Any(i => i.Type == "SUBMISSIONAGREEMENT" && i.Value.Length > 0)) yield return New("VN-METS-10", path);
    }

    private static IEnumerable<Finding> Sections(MetsDocument mets, string path, bool isRep, Tt05Package package)
    {
        var folder = isRep ? Tt05Layout.Rep : "";
        var described = mets.Descriptive.Select(s => MetsHref.Resolve(s.Reference?.Href, folder, _ => true)).ToHashSet(StringComparer.Ordinal);
        foreach (var wanted in isRep ? package.Documents.Select(d => d.Path) : [Tt05Layout.Ead])
            if (!described.Contains(wanted)) yield return New("VN-METS-11", path, wanted);
        foreach (var section in mets.Sections)
        {
            if (section.Reference is not { } r)
            {
                yield return New("VN-METS-12", path, section.Element + "/mdRef");
                continue;
            }
            if (string.IsNullOrEmpty(r.MdType)) yield return New("VN-METS-12", path, section.Element + "/mdRef/@MDTYPE");
            foreach (var finding in FileCore(path, section.Element + "/mdRef", r.LocType, r.Href, r.MimeType, r.Size, r.Created, r.Checksum, r.ChecksumType))
                yield return finding;
        }
    }

    private static IEnumerable<Finding> Files(MetsDocument mets, string path, bool isRep)
    {
        var uses = mets.FileSection?.AllGroups.Select(g => g.Use?.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var use in isRep ? ["Data"] : (string[])["Schemas", "Representations/rep1"])
            if (!uses.Contains(use.ToUpperInvariant()) && !(isRep && uses.Contains("HOLEYFILE"))) yield return New("VN-METS-14", path, use);
        foreach (var f in mets.Files)
            foreach (var finding in FileCore(path, "file", f.Location?.LocType, f.Location?.Href, f.MimeType, f.Size, f.Created, f.Checksum, f.ChecksumType))
                yield return finding;
    }

    private static IEnumerable<Finding> FileCore(
        string path, string element, string? locType, string? href, string? mime, string? size, string? created, string? checksum, string? checksumType)
    {
        if (locType != "URL") yield return New("VN-METS-12", path, element + "/@LOCTYPE=URL");
        if (string.IsNullOrEmpty(href)) yield return New("VN-METS-12", path, element + "/@xlink:href");
        if (string.IsNullOrEmpty(mime)) yield return New("VN-METS-12", path, element + "/@MIMETYPE");
        if (!long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out _)) yield return New("VN-METS-12", path, element + "/@SIZE");
        if (!IsInstant(created)) yield return New("VN-METS-12", path, element + "/@CREATED");
        var algorithm = DigestAlgorithm.FindInPackage(checksumType);
        if (algorithm is null) yield return New("VN-METS-12", path, element + "/@CHECKSUMTYPE");
        else if (!Digest.TryParse(algorithm, checksum, out _)) yield return New("VN-METS-12", path, element + "/@CHECKSUM");
        else if (algorithm != DigestAlgorithm.Sha256) yield return New("VN-METS-13", path, "SHA-256", algorithm.MetsName);
    }

    private static IEnumerable<Finding> Map(MetsDocument mets, string path, bool isRep)
    {
        var map = mets.StructMaps.FirstOrDefault(m => m.Label == "CSIP" && m.Type == "PHYSICAL");
        if (map?.Root is not { } root)
        {
            yield return New("VN-METS-15", path);
            yield break;
        }
        var labels = root.SelfAndBelow.Select(d => d.Label ?? "").ToList();
        foreach (var wanted in isRep ? ["Data", "MetadataLink"] : (string[])["Metadata", "Representations/rep1"])
            if (!labels.Any(l => l.StartsWith(wanted, StringComparison.OrdinalIgnoreCase))) yield return New("VN-METS-16", path, wanted);
        if (!isRep && !root.SelfAndBelow.SelectMany(d => d.Pointers).Any(p => MetsHref.Resolve(p.Href, "", _ => true) == Tt05Layout.RepMets))
            yield return New("VN-METS-16", path, "mptr: " + Tt05Layout.RepMets);
    }

    private static IEnumerable<Finding> References(MetsDocument mets, string path)
    {
        var sections = mets.Sections.Select(s => s.Id).Concat(mets.Administrative.Select(a => a.Id)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var groups = mets.FileSection?.AllGroups.ToList() ?? [];
        var files = groups.Select(g => g.Id).Concat(mets.Files.Select(f => f.Id)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var div in mets.StructMaps.Where(m => m.Root is not null).SelectMany(m => m.Root!.SelfAndBelow))
        {
            foreach (var id in div.DmdIds.Concat(div.AdmIds))
                if (!sections.Contains(id)) yield return New("VN-METS-17", path, null, id);
            foreach (var id in div.FileIds)
                if (id is null || !files.Contains(id)) yield return New("VN-METS-17", path, null, id ?? "fptr");
        }
        var all = mets.Sections.Select(s => s.Id).Concat(mets.Administrative.Select(a => a.Id)).Concat(groups.Select(g => g.Id)).Concat(mets.Files.Select(f => f.Id));
        foreach (var id in all.OfType<string>().GroupBy(i => i, StringComparer.Ordinal).Where(g => g.Count() > 1)) yield return New("VN-METS-18", path, null, id.Key);
    }

    internal static bool IsInstant(string? text) =>
        text is not null && text.Contains('T', StringComparison.Ordinal)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    [GeneratedRegex("^(uuid-)?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", RegexOptions.CultureInvariant)]
    private static partial Regex SipId();

    [GeneratedRegex("^(urn:([^:]+:)?)?uuid[:-](uuid-)?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", RegexOptions.CultureInvariant)]
    private static partial Regex AipId();

    private static Finding New(string code, string path, string? expected = null, string? found = null) => new(Tt05Rules.Get(code), path, expected, found);
}
