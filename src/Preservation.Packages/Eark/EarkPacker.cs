using System.Globalization;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>Makes an E-ARK SIP 2.2.0 with one representation and a Dublin Core description in a zip.</summary>
public static class EarkPacker
{
    private const string Rep = "representations/rep1";

    /// <summary>Puts every file of the tree into the representation's data; each is read once. Unsafe names stop the packing.</summary>
    public static async Task<PackResult> PackAsync(
        IFileTree content, EarkSource source, Stream zip, PackOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        var index = await content.IndexAsync(Limits.Default, cancellationToken).ConfigureAwait(false);
        if (index.Findings.Any(f => f.Rule.Severity == Severity.Error)) return new PackResult(null, null, [.. index.Findings]);
        var objId = "uuid-" + options.NewId().ToString().ToUpperInvariant();
        var archive = new ZipWriter(zip);
        await using (archive.ConfigureAwait(false))
            await WriteAsync(content, index, source, new PackageZip(archive, objId, options.Now), objId, options, cancellationToken).ConfigureAwait(false);
        return new PackResult(objId, objId + ".zip", [.. index.Findings]);
    }

    private static async Task WriteAsync(
        IFileTree content, FileIndex index, EarkSource source, PackageZip zip, string objId, PackOptions options, CancellationToken cancellationToken)
    {
        var data = new PackedFiles(index);
        foreach (var number in data.Numbers)
            data.Add(await CopyAsync(content, index.PathOf(number), $"{Rep}/data/{index.PathOf(number)}", zip, cancellationToken).ConfigureAwait(false));
        var schemas = await SchemasAsync(zip, options, cancellationToken).ConfigureAwait(false);
        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        var parts = new MetsParts(
            options.Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), 
            // A file's identifier is asked for once, when its element is written.
            key => key.StartsWith("file:", StringComparison.Ordinal) ? options.NewId() : ids.TryGetValue(key, out var id) ? id : ids[key] = options.NewId());
        var mets = new CsipMets(parts);
        var frame = new CsipFrame
        {
            ObjId = objId, Type = "Mixed", Profile = MetsNames.SipProfile, PackageType = "SIP", Label = source.Title, RecordStatus = "NEW",
            Agents =
            [
                CsipFrame.SoftwareAgent(options.Software), CsipFrame.Organisation("ARCHIVIST", source.AgencyName, source.AgencyCode),
                CsipFrame.Organisation("CREATOR", source.AgencyName, source.AgencyCode),
            ],
            AltRecordIds = source.RegistrationCode is { } code ? [new MetsAltRecordId("SUBMISSIONAGREEMENT", code)] : [],
        };
        var repMets = mets.Document(frame with { ObjId = "rep1" }, Rep, [], Group("Data", data.Count == 0 ? [] : data.Files(path => $"{Rep}/data/{path}")), []);
        var rep = await zip.AddAsync($"{Rep}/{MetsNames.FileName}", stream => MetsWriter.Write(stream, repMets), cancellationToken).ConfigureAwait(false);
        var dc = DublinCore.Of(new PackageDescription { Kind = PackageKind.Eark, ObjId = objId, Title = source.Title, AgencyName = source.AgencyName });
        var description = await zip.AddAsync("metadata/descriptive/dc.xml", dc, cancellationToken).ConfigureAwait(false);
        var root = mets.Document(frame, "", [new MetadataFile(MetsSection.Descriptive, description, "DC", null, "SimpleDC20021212")], Group("Schemas", schemas), [rep]);
        await zip.AddAsync(MetsNames.FileName, MetsWriter.ToBytes(root), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<ReferencedFile>> SchemasAsync(PackageZip zip, PackOptions options, CancellationToken cancellationToken)
    {
        var written = new List<ReferencedFile>();
        if (options.OfficialSchemas is not { } official) return written;
        var names = new List<string>();
        await foreach (var entry in official.ListAsync(cancellationToken).ConfigureAwait(false))
            if (entry.Kind == EntryKind.File && entry.Path.EndsWith(".xsd", StringComparison.Ordinal)) names.Add(entry.Path);
        foreach (var name in names.Order(StringComparer.Ordinal))
            written.Add(await CopyAsync(official, name, "schemas/" + name, zip, cancellationToken).ConfigureAwait(false));
        return written;
    }

    private static async Task<ReferencedFile> CopyAsync(IFileTree from, string path, string to, PackageZip zip, CancellationToken cancellationToken)
    {
        var stream = await from.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false)) return await zip.AddAsync(to, stream, cancellationToken).ConfigureAwait(false);
    }

    private static Dictionary<string, IEnumerable<ReferencedFile>> Group(string use, IEnumerable<ReferencedFile> files) =>
        files.Any() ? new(StringComparer.Ordinal) { [use] = files } : [];
}
