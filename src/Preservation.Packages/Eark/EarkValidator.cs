using System.Xml;
using Preservation.Core;
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
        return await CheckAsync(await PackageFiles.ListAsync(tree, limits, cancellationToken).ConfigureAwait(false), schemas: null, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<PackageReport> CheckAsync(PackageFiles files, OfficialSchemas? schemas, CancellationToken cancellationToken)
    {
        var promises = new EarkPromises(files.Index);
        var formats = new EarkFormats(files);
        var rootDocument = files.Has(MetsNames.FileName) ? await ReadAsync(files, MetsNames.FileName, null, promises, formats, cancellationToken).ConfigureAwait(false) : null;
        var root = rootDocument?.Mets;
        var package = new EarkPackage(EarkRules.VersionOf(root?.Profile), EarkRules.ToldBy(root?.Profile) is not null, root?.Header?.OaisPackageType);
        var edition = package.Edition;
        new EarkStructureCheck(files, root, package).Check();
        EarkArchiveCheck.Check(files, root, edition);
        var reps = new List<EarkDocument>();
        foreach (var path in EarkDocument.Representations(files))
            if (await ReadAsync(files, path, edition, promises, formats, cancellationToken).ConfigureAwait(false) is { } rep) reps.Add(rep);
        List<EarkDocument> documents = rootDocument is null ? reps : [rootDocument, .. reps];
        foreach (var document in documents) Check(new EarkCheck(files, document, package, promises));
        if (package.Type == "SIP") formats.Check(edition);
        if (root is not null) Undeclared(files, promises, edition);
        if (root is not null && package.Type == "AIP")
        {
            EarkAipCheck.Parts(files, reps, edition);
            await new EarkPremisCheck(files, edition).CheckAsync(root, documents, cancellationToken).ConfigureAwait(false);
        }
        if (schemas is not null) await MeetAsync(files, schemas, documents, cancellationToken).ConfigureAwait(false);
        await files.KeepAsync(promises.Promises, cancellationToken).ConfigureAwait(false);
        var description = root is null ? null : await DescribeAsync(files, root, reps.Select(r => (r.Folder, r.Mets)), cancellationToken).ConfigureAwait(false);
        return new PackageReport(PackageKind.Eark, edition, files.Findings.ToSorted(), files.Index.Files, files.Index.TotalBytes, description);
    }

    // The official schemas, where they are installed; the structural rules hold without them.
    private static async Task MeetAsync(PackageFiles files, OfficialSchemas schemas, List<EarkDocument> documents, CancellationToken cancellationToken)
    {
        var premis = documents.SelectMany(d => d.Mets.Sections.Where(s => EarkPremisCheck.IsPremis(s.Reference?.MdType)).Select(s => MetsHref.Resolve(s.Reference!.Href, d.Folder, files.Has)))
            .OfType<string>().Where(files.Has).Distinct(StringComparer.Ordinal).Select(p => (Path: p, Schema: schemas.Of(OfficialSchemas.Premis)));
        foreach (var (path, schema) in documents.Select(d => (d.Path, Schema: schemas.Of(MetsNames.Mets))).Concat(premis))
            if (schema is not null) await SchemaCheck.CheckAsync(files, path, schema, PackageRules.OfficialSchema, cancellationToken).ConfigureAwait(false);
    }

    private static void Check(EarkCheck check)
    {
        EarkHeaderCheck.Check(check);
        EarkMetadataCheck.Check(check);
        EarkFileCheck.Check(check);
        EarkStructMapCheck.Check(check);
    }

    // Every file but the package's own METS stands in some METS document.
    private static void Undeclared(PackageFiles files, EarkPromises promises, string edition)
    {
        var own = files.Index.FindFile(MetsNames.FileName);
        foreach (var number in files.Index.Numbers)
            if (number != own && files.Index.KindOf(number) == EntryKind.File && !promises.Promises.Has(number))
                files.Findings.Add(EarkRules.Get("CSIP58", edition), files.Index.PathOf(number), "file");
    }

    private static async Task<EarkDocument?> ReadAsync(
        PackageFiles files, string path, string? edition, EarkPromises promises, EarkFormats formats, CancellationToken cancellationToken)
    {
        var entries = new EarkFileEntries(files, path, edition, promises, formats);
        var mets = await files.ParseAsync(path, s => MetsReader.ReadAsync(s, files.Limits, entries.Visitor, cancellationToken), cancellationToken).ConfigureAwait(false);
        return mets is null ? null : new EarkDocument(path, mets, entries);
    }

    /// <summary>What a package says about itself.</summary>
    /// <param name="files">The package.</param>
    /// <param name="root">Its METS.</param>
    /// <param name="reps">The METS documents of its representations, by folder.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    internal static async Task<PackageDescription> DescribeAsync(
        PackageFiles files, MetsDocument root, IEnumerable<(string Folder, MetsDocument Mets)> reps, CancellationToken cancellationToken)
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
