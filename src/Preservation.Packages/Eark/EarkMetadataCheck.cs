using System.Globalization;
using Preservation.Core.Digests;
using Preservation.Packages.Mets;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Eark;

/// <summary>CSIP17–CSIP57: descriptive, provenance and rights metadata and the files they reference.</summary>
internal static class EarkMetadataCheck
{
    // id of the section, its status, its reference, then LOCTYPE, type, href, MDTYPE, MIMETYPE, SIZE, CREATED, CHECKSUM, CHECKSUMTYPE.
    private static readonly string[] Descriptive = Ids(18, 20, 21, 22);
    private static readonly string[] Provenance = Ids(33, 34, 35, 36);
    private static readonly string[] Rights = Ids(46, 47, 48, 49);

    // RFC 6838 and the registry of IANA; parameters such as charset may follow.
    private static readonly HashSet<string> TopLevelTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "application", "audio", "chemical", "font", "haptics", "image", "message", "model", "multipart", "text", "video",
    };

    private const int MediaTypeCharacters = 256;

    public static void Check(EarkCheck c)
    {
        var mets = c.Mets;
        var referenced = mets.Sections.Select(s => c.Resolve(s.Reference?.Href)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        c.Need(mets.Descriptive.Length > 0 || !c.Under("metadata/descriptive").Any(), "CSIP17", "dmdSec");
        c.Need(mets.Administrative.Length > 0 || !c.Under("metadata/preservation").Any(), "CSIP31", "amdSec");
        foreach (var path in c.Under("metadata/preservation")) c.Need(referenced.Contains(path), "CSIP32", "digiprovMD", path: path);
        if (c.IsRoot && c.Package.IsSenders) c.Need(mets.Sections.Any(s => s.Element == MetsSection.Rights), "CSIP45", "amdSec/rightsMD");
        foreach (var section in mets.Descriptive)
        {
            c.Need(Tt05MetsCheck.IsInstant(section.Created), "CSIP19", "dmdSec/@CREATED");
            Section(c, section, Descriptive);
        }
        foreach (var section in mets.Administrative.SelectMany(a => a.Sections))
            if (section.Element == MetsSection.Rights) Section(c, section, Rights);
            else Section(c, section, Provenance);
    }

    private static void Section(EarkCheck c, MetsSection section, string[] rules)
    {
        c.Need(c.IsOwn(section.Id), rules[0], section.Element + "/@ID", section.Id);
        c.Need(section.Status is "CURRENT" or "SUPERSEDED", rules[1], "CURRENT, SUPERSEDED");
        if (!c.Need(section.Reference is not null, rules[2], section.Element + "/mdRef")) return;
        var r = section.Reference!;
        c.Need(r.LocType == "URL", rules[3], "URL");
        c.Need(r.LinkType == "simple", rules[4], "simple");
        var path = c.Resolve(r.Href);
        c.Need(path is not null && c.Files.Has(path), rules[5], r.Href is null ? "@xlink:href" : "file", path: path);
        if (path is not null) Place(c, section, path);
        c.Need(EarkVocabulary.IsMetadataType(r.MdType), rules[6], "@MDTYPE");
        var isXml = r.Href?.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) == true;
        c.Need(IsMediaType(r.MimeType) && (!isXml || r.MimeType!.EndsWith("xml", StringComparison.OrdinalIgnoreCase)), rules[7], "@MIMETYPE");
        c.Need(IsLength(r.Size), rules[8], "@SIZE");
        c.Need(Tt05MetsCheck.IsInstant(r.Created), rules[9], "@CREATED");
        c.Need(EarkVocabulary.IsChecksumType(r.ChecksumType), rules[11], "@CHECKSUMTYPE");
        var algorithm = DigestAlgorithm.FindInPackage(r.ChecksumType);
        c.Need(algorithm is null ? !string.IsNullOrEmpty(r.Checksum) : Digest.TryParse(algorithm, r.Checksum, out _), rules[10], "@CHECKSUM");
        if (path is not null && c.Files.Has(path)) c.Promise(path, rules[8], rules[10], r);
    }

    // CSIPSTR6 and CSIPSTR7. The package's METS may reference metadata of its representations.
    private static void Place(EarkCheck c, MetsSection section, string path)
    {
        if (section.Element == MetsSection.Descriptive) c.Need(IsUnder("descriptive"), "CSIPSTR7", "metadata/descriptive/", path: path);
        else if (EarkPremisCheck.IsPremis(section.Reference!.MdType)) c.Need(IsUnder("preservation"), "CSIPSTR6", "metadata/preservation/", path: path);
        bool IsUnder(string folder) => ("/" + path).Contains($"/metadata/{folder}/", StringComparison.Ordinal);
    }

    internal static bool IsMediaType(string? text) =>
        text is { Length: <= MediaTypeCharacters } && text.Split('/') is [var type, { Length: > 0 } sub] && TopLevelTypes.Contains(type) && !sub.Split(';')[0].Contains(' ', StringComparison.Ordinal);

    internal static bool IsLength(string? text) => text is { Length: > 0 and < 19 } && text.All(char.IsAsciiDigit);

    internal static long? Length(string? text) => IsLength(text) ? long.Parse(text!, CultureInfo.InvariantCulture) : null;

    private static string[] Ids(int id, int status, int reference, int first) =>
        [$"CSIP{id}", $"CSIP{status}", $"CSIP{reference}", .. Enumerable.Range(first, 9).Select(n => $"CSIP{n}")];
}
