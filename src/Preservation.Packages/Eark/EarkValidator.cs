using System.Globalization;
using System.Xml;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Packages.Description;
using Preservation.Packages.Mets;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Eark;

/// <summary>
/// Checks a package against CSIP and, by its profile and type, SIP, AIP or DIP in the version that <c>@PROFILE</c> names. Root and
/// representation METS are checked alike, save that representations need not repeat agents and the metadata division.
/// </summary>
public static class EarkValidator
{
    /// <summary>Reads and digests every file that METS documents mention once.</summary>
    /// <exception cref="IOException">The surroundings failed. This says nothing about the package.</exception>
    public static async Task<PackageReport> CheckAsync(IFileTree tree, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(limits);
        return await CheckAsync(await PackageFiles.ListAsync(tree, limits, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<PackageReport> CheckAsync(PackageFiles files, CancellationToken cancellationToken)
    {
        var root = files.Has(MetsNames.FileName) ? await ReadAsync(files, MetsNames.FileName, cancellationToken).ConfigureAwait(false) : null;
        var edition = EarkRules.VersionOf(root?.Profile);
        var package = new EarkPackage(edition, EarkRules.ToldBy(root?.Profile) is not null, root?.Header?.OaisPackageType);
        new EarkStructureCheck(files, root, package).Check();
        EarkArchiveCheck.Check(files, root, edition);
        var reps = new List<EarkDocument>();
        foreach (var path in files.Under("representations/").Where(EarkDocument.IsRepresentation))
            if (await ReadAsync(files, path, cancellationToken).ConfigureAwait(false) is { } rep) reps.Add(new EarkDocument(path, rep));
        var documents = new List<EarkDocument>(reps);
        if (root is not null) documents.Insert(0, new EarkDocument(MetsNames.FileName, root));
        foreach (var document in documents) Check(new EarkCheck(files, document, package));
        if (package.Type == "SIP") EarkSipCheck.Formats([.. documents.Select(d => new EarkCheck(files, d, package))]);
        if (root is not null)
            foreach (var path in files.Paths.Where(p => p != MetsNames.FileName && !package.Promised.ContainsKey(p))) files.Findings.Add(EarkRules.Get("CSIP58", edition), path, "file");
        if (root is not null && package.Type == "AIP")
        {
            EarkAipCheck.Parts(files, reps, edition);
            await new EarkPremisCheck(files, edition).CheckAsync(root, documents, cancellationToken).ConfigureAwait(false);
        }
        await DigestsAsync(files, package.Promised, edition, cancellationToken).ConfigureAwait(false);
        var description = root is null ? null : await DescribeAsync(files, root, reps, cancellationToken).ConfigureAwait(false);
        return new PackageReport(PackageKind.Eark, edition, files.Findings.ToSorted(), files.Files.Count, files.TotalBytes, description);
    }

    private static void Check(EarkCheck check)
    {
        EarkHeaderCheck.Check(check);
        EarkMetadataCheck.Check(check);
        EarkFileCheck.Check(check);
        EarkStructMapCheck.Check(check);
    }

    private static Task<MetsDocument?> ReadAsync(PackageFiles files, string path, CancellationToken cancellationToken) =>
        files.ParseAsync(path, s => MetsReader.ReadAsync(s, files.Limits, cancellationToken), cancellationToken);

    private static Task DigestsAsync(PackageFiles files, Dictionary<string, List<EarkPromise>> promised, string version, CancellationToken cancellationToken)
    {
        var wanted = promised.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => KeyValuePair.Create(p.Key, (IReadOnlyCollection<DigestAlgorithm>)[.. p.Value.Select(v => v.Algorithm).OfType<DigestAlgorithm>().Distinct()]));
        return files.DigestAllAsync(wanted, (path, found) =>
        {
            var bytes = found.Bytes.ToString(CultureInfo.InvariantCulture);
            foreach (var promise in promised[path])
            {
                if (EarkMetadataCheck.IsLength(promise.Size) && promise.Size!.TrimStart('0') != bytes.TrimStart('0'))
                    files.Findings.Add(EarkRules.Get(promise.SizeRule, version), path, $"{promise.Size} ({promise.Mets})", bytes);
                if (promise.Algorithm is { } algorithm && Digest.TryParse(algorithm, promise.Checksum, out var digest) && found[algorithm] != digest)
                    files.Findings.Add(EarkRules.Get(promise.ChecksumRule, version), path, $"{digest} ({promise.Mets})", found[algorithm].Hex);
            }
        }, cancellationToken);
    }

    private static async Task<PackageDescription> DescribeAsync(
        PackageFiles files, MetsDocument root, List<EarkDocument> reps, CancellationToken cancellationToken)
    {
        var header = root.Header ?? new MetsHeader();
        var organisation = header.Agents.FirstOrDefault(a => a.Role == "ARCHIVIST") ?? header.Agents.FirstOrDefault(a => a.Role == "CREATOR" && !a.IsSoftware);
        var metadata = Tt05Describer.Metadata(root, "", files.Has).Concat(reps.SelectMany(r => Tt05Describer.Metadata(r.Mets, r.Folder, files.Has))).ToList();
        return new PackageDescription
        {
            Kind = PackageKind.Eark,
            ObjId = root.ObjId,
            ContentCategory = root.Type,
            Title = await TitleAsync(files, metadata, cancellationToken).ConfigureAwait(false) ?? (string.IsNullOrWhiteSpace(root.Label) ? root.ObjId : root.Label),
            AgencyName = organisation?.Name,
            AgencyCode = organisation?.Note("IDENTIFICATIONCODE"),
            RecordStatus = header.RecordStatus,
            RegistrationCode = header.AltRecordIds.FirstOrDefault(i => i.Type == "SUBMISSIONAGREEMENT")?.Value,
            Aliases =
            [
                .. new[] { new PackageAlias("OBJID", root.ObjId ?? "") }.Concat(header.AltRecordIds.Where(i => i.Type?.Contains("REFERENCECODE", StringComparison.Ordinal) == true)
                    .Select(i => new PackageAlias(i.Type!, i.Value))).Where(a => a.Value.Length > 0).Distinct(),
            ],
            Metadata = [.. metadata],
        };
    }

    // The first title of the first descriptive file: dc:title, or EAD's unittitle or titleproper.
    private static async Task<string?> TitleAsync(PackageFiles files, IEnumerable<DescribedMetadata> metadata, CancellationToken cancellationToken)
    {
        var first = metadata.FirstOrDefault(m => m.Element == MetsSection.Descriptive && m.MdType is "DC" or "EAD" && files.Has(m.Path));
        if (first is null) return null;
        return await files.ParseAsync(first.Path, async stream =>
        {
            using var xml = SafeXml.Read(stream, files.Limits);
            while (await xml.ReadAsync().ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (xml.NodeType != XmlNodeType.Element || xml.LocalName is not ("title" or "unittitle" or "titleproper") || xml.IsEmptyElement) continue;
                await xml.ReadAsync().ConfigureAwait(false);
                if (xml.NodeType == XmlNodeType.Text && !string.IsNullOrWhiteSpace(xml.Value)) return xml.Value.Trim();
            }
            return null!;
        }, cancellationToken).ConfigureAwait(false);
    }
}
