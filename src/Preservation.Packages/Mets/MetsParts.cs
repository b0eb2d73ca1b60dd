using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Digests;

namespace Preservation.Packages.Mets;

/// <summary>A file a METS document is to reference.</summary>
internal sealed record ReferencedFile(string Path, long Bytes, Digest Sha256, string MimeType)
{
    public string? Puid { get; init; }

    public string? FormatName { get; init; }

    public string? FormatVersion { get; init; }
}

/// <summary>A metadata file, the METS section that is to reference it and the type it is to be given.</summary>
internal sealed record MetadataFile(string Element, ReferencedFile File, string MdType, string? OtherMdType, string? MdTypeVersion);

/// <summary>Elements that every METS we write is put together from; identifiers come from the caller.</summary>
internal sealed class MetsParts(string created, Func<string, Guid> ids)
{
    public string Created => created;

    /// <summary>An identifier that XML accepts; the same key gives the same one only if the source of ids does.</summary>
    public string Uuid(string key) => "uuid-" + Text(ids(key));

    public MetsSection Section(MetadataFile metadata, string folder) =>
        Section(metadata.Element, metadata.File, folder, metadata.MdType, metadata.OtherMdType, metadata.MdTypeVersion);

    public string FileId(string key) => "ID-" + Text(ids(key));

    public MetsSection Section(string element, ReferencedFile file, string folder, string mdType, string? other, string? version, string? status = "CURRENT") =>
        new(element, Uuid(element + ":" + file.Path), created, status, new MetsReference
        {
            LocType = "URL", LinkType = "simple", Href = Href(file.Path, folder), MdType = mdType, OtherMdType = other,
            MdTypeVersion = version, MimeType = file.MimeType, Size = Size(file), Created = created,
            Checksum = file.Sha256.Hex.ToUpperInvariant(), ChecksumType = DigestAlgorithm.Sha256.MetsName,
        });

    public MetsFile File(ReferencedFile file, string folder) => new()
    {
        Id = FileId("file:" + file.Path), MimeType = file.MimeType, Size = Size(file), Created = created,
        Checksum = file.Sha256.Hex.ToUpperInvariant(), ChecksumType = DigestAlgorithm.Sha256.MetsName,
        FormatName = file.FormatName, FormatVersion = file.FormatVersion,
        FormatRegistry = file.Puid is null ? null : "PRONOM", FormatKey = file.Puid,
        Location = new MetsPointer("URL", "simple", Href(file.Path, folder)),
    };

    public MetsFileGroup Group(string use, IEnumerable<ReferencedFile> files, string folder, string? contentType = null) => new()
    {
        Id = Uuid("group:" + folder + ":" + use), Use = use, ContentInformationType = contentType,
        Files = [.. files.Select(f => File(f, folder))],
    };

    /// <summary>The same group, its files made while it is written: there may be a million.</summary>
    public MetsFileGroup WrittenGroup(string use, IEnumerable<ReferencedFile> files, string folder) =>
        Group(use, [], folder) with { WrittenFiles = files.Select(f => File(f, folder)) };

    public MetsDiv Div(string label, string? type, ImmutableArray<string?> fileIds = default) => new()
    {
        Id = Uuid("div:" + label), Label = label, Type = type, FileIds = fileIds.IsDefault ? [] : fileIds,
    };

    public static ImmutableArray<string> Ids(IEnumerable<MetsSection> sections) => [.. sections.Select(s => s.Id!)];

    private static string Href(string path, string folder) => MetsHref.Of(folder.Length == 0 ? path : path[(folder.Length + 1)..]);

    private static string Size(ReferencedFile file) => file.Bytes.ToString(CultureInfo.InvariantCulture);

    private static string Text(Guid id) => id.ToString().ToUpperInvariant();
}
