using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Tt05;

/// <summary>
/// Makes a strict <c>SIP_hoso</c> or <c>SIP_tailieu</c> of Circular 05/2025, Annexes III and IV. What can be derived is (docCode from fileCode and order, totalDoc,
/// page sum, a document's retention from its dossier's); everything else that is missing or doubtful is a finding, and with an
/// error nothing is written.
/// </summary>
public static class Tt05Packer
{
    /// <summary>Packs the documents of a folder into a zip; each file is read once.</summary>
    public static async Task<PackResult> PackAsync(
        IFileTree documents, Tt05Source source, Stream zip, PackOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        var draft = Tt05Draft.Make(source, Tt05Editions.BuiltIn.On(options.Now));
        var findings = draft.Findings.ToBuilder();
        findings.AddRange(await FilesAsync(documents, source, cancellationToken).ConfigureAwait(false));
        if (findings.Any(f => f.Rule.Severity == Severity.Error || f.Rule.Code == "VN-C01")) return new PackResult(null, null, findings.ToImmutable());
        var objId = "uuid-" + Upper(options.NewId());
        var archive = new ZipWriter(zip);
        await using (archive.ConfigureAwait(false))
            await WriteAsync(documents, source, draft, new PackageZip(archive, objId, options.Now), objId, options, cancellationToken).ConfigureAwait(false);
        var ordinal = source.OrdinalInRound is { } number ? $"[{number.ToString(CultureInfo.InvariantCulture)}]" : "";
        return new PackResult(objId, source.OrdinalInRound is null ? objId + ".zip" : $"{ordinal}[{objId}].zip", findings.ToImmutable());
    }

    private static async Task<List<Finding>> FilesAsync(IFileTree documents, Tt05Source source, CancellationToken cancellationToken)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var entry in documents.ListAsync(cancellationToken).ConfigureAwait(false))
            if (entry.Kind == EntryKind.File) present.Add(entry.Path);
        var findings = new List<Finding>();
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in source.Documents.SelectMany(d => d.File is null ? d.Attachments : d.Attachments.Insert(0, d.File)).Concat(source.Documentation.Select(d => d.File).OfType<string>()))
        {
            if (!present.Contains(file)) findings.Add(new Finding(Tt05Rules.Get("VN-SRC-01"), file));
            if (!used.Add(file)) findings.Add(new Finding(Tt05Rules.Get("VN-SRC-04"), file));
        }
        findings.AddRange(present.Except(used).Order(StringComparer.Ordinal).Select(f => new Finding(Tt05Rules.Get("VN-SRC-02"), f)));
        return findings;
    }

    private static async Task WriteAsync(
        IFileTree documents, Tt05Source source, Tt05Draft draft, PackageZip zip, string objId, PackOptions options, CancellationToken cancellationToken)
    {
        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        var parts = new MetsParts(PackageZip.VietnameseTime(options.Now), key => ids.TryGetValue(key, out var id) ? id : ids[key] = options.NewId());
        var frame = new Tt05Frame
        {
            ObjId = objId, RepObjId = "uuid-" + Upper(options.NewId()), Title = draft.Dossier["title"]!, Profile = MetsNames.CsipProfile, PackageType = "SIP",
            RecordStatus = source.RecordStatus, RegistrationCode = source.RegistrationCode, AgencyName = source.AgencyName,
            FondsCode = source.FondsCode, Software = options.Software, DivType = "ORIGINAL", Type = source.Form == Tt05Form.SipCollection ? "Collection" : "Mixed",
        };
        var linked = new List<Tt05Linked>();
        for (var i = 0; i < draft.Documents.Length; i++)
            linked.Add(await WriteDocumentAsync(documents, source.Documents[i], draft.Documents[i], zip, cancellationToken).ConfigureAwait(false));
        var schemas = await WriteSchemasAsync(zip, source.Form, options, cancellationToken).ConfigureAwait(false);
        var mets = new Tt05Mets(frame, parts);
        var rep = await zip.AddAsync(Tt05Layout.RepMets, MetsWriter.ToBytes(mets.Representation(linked, [], null)), cancellationToken).ConfigureAwait(false);
        var ead = await zip.AddAsync(Tt05Layout.Ead, draft.Dossier.ToBytes(), cancellationToken).ConfigureAwait(false);
        var documentation = await WriteDocumentationAsync(documents, source, zip, cancellationToken).ConfigureAwait(false);
        var groups = new Dictionary<string, IEnumerable<ReferencedFile>> { ["Schemas"] = schemas, ["Documentation"] = documentation };
        await zip.AddAsync(MetsNames.FileName, MetsWriter.ToBytes(mets.Root(ead, [], groups, rep)), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Tt05Linked> WriteDocumentAsync(
        IFileTree documents, Tt05SourceDocument source, Tt05DraftDocument draft, PackageZip zip, CancellationToken cancellationToken)
    {
        var files = ImmutableArray<ReferencedFile>.Empty;
        var holey = ImmutableArray<ReferencedFile>.Empty;
        if (source.File is not null)
            files = [await CopyAsync(documents, source.File, draft.Id + Path.GetExtension(source.File), zip, cancellationToken).ConfigureAwait(false)];
        else
            holey = [await zip.AddAsync(Tt05Layout.Data + draft.Id + ".pdf" + Tt05Layout.FetchSuffix, Encoding.UTF8.GetBytes(source.Fetch + "\n"), cancellationToken).ConfigureAwait(false)];
        var attachments = ImmutableArray.CreateBuilder<ReferencedFile>();
        for (var i = 0; i < source.Attachments.Length; i++)
            attachments.Add(await CopyAsync(documents, source.Attachments[i], AttachmentName(source, draft.Id, i), zip, cancellationToken).ConfigureAwait(false));
        var descriptor = await zip.AddAsync(Tt05Layout.Descriptor(draft.Kind, draft.Id), draft.Descriptor.ToBytes(), cancellationToken).ConfigureAwait(false);
        return new Tt05Linked(descriptor, files, attachments.ToImmutable(), holey);
    }

    // A detached signature keeps the name of what it signs; other attachments are numbered (PL: phụ lục).
    private static string AttachmentName(Tt05SourceDocument source, string id, int index)
    {
        var attachment = source.Attachments[index];
        return source.File is not null && attachment == source.File + ".p7s"
            ? id + Path.GetExtension(source.File) + ".p7s"
            : $"{id}_PL{(index + 1).ToString("00", CultureInfo.InvariantCulture)}{Path.GetExtension(attachment)}";
    }

    private static async Task<ReferencedFile> CopyAsync(IFileTree documents, string from, string name, PackageZip zip, CancellationToken cancellationToken)
    {
        var content = await documents.OpenAsync(from, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false)) return await zip.AddAsync(Tt05Layout.Data + name, content, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<ReferencedFile>> WriteDocumentationAsync(IFileTree documents, Tt05Source source, PackageZip zip, CancellationToken cancellationToken)
    {
        var written = new List<ReferencedFile>();
        foreach (var item in source.Documentation)
        {
            var content = item.File is null ? new MemoryStream(item.Content.ToArray(), writable: false) : await documents.OpenAsync(item.File, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false)) written.Add(await zip.AddAsync("documentation/" + item.Name, content, cancellationToken).ConfigureAwait(false));
        }
        return written;
    }

    private static async Task<List<ReferencedFile>> WriteSchemasAsync(PackageZip zip, Tt05Form form, PackOptions options, CancellationToken cancellationToken)
    {
        var written = new List<ReferencedFile>();
        var edition = Tt05Editions.BuiltIn.On(options.Now);
        var own = edition.SchemasOf(form);
        foreach (var name in own)
            written.Add(await zip.AddAsync("schemas/" + name, edition.ReadSchema(form, name), cancellationToken).ConfigureAwait(false));
        if (options.OfficialSchemas is not { } official) return written;
        var names = new List<string>();
        await foreach (var entry in official.ListAsync(cancellationToken).ConfigureAwait(false))
            if (entry.Kind == EntryKind.File && entry.Path.EndsWith(".xsd", StringComparison.Ordinal) && !own.Contains(entry.Path)) names.Add(entry.Path);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            var content = await official.OpenAsync(name, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false)) written.Add(await zip.AddAsync("schemas/" + name, content, cancellationToken).ConfigureAwait(false));
        }
        return written;
    }

    private static string Upper(Guid id) => id.ToString().ToUpperInvariant();
}
