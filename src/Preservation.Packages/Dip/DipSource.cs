using System.Globalization;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;
using Preservation.Packages.Eark;
using Preservation.Packages.Mets;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Dip;

/// <summary>An archival package that is to be given out: what its METS documents say of it and promise of its files.</summary>
internal sealed class DipSource
{
    private readonly NameSet _missing = new();
    private readonly List<FileFormat> _formats = [];
    private readonly Dictionary<FileFormat, int> _numbers = [];
    private readonly int[] _formatOf;

    private DipSource(PackageFiles files) => (Files, Promises, _formatOf) = (files, new FilePromises(files.Index), new int[files.Index.Slots]);

    public PackageFiles Files { get; }

    public MetsDocument Root { get; private set; } = null!;

    /// <summary>What the package says about itself; documents only when it is one of the circular.</summary>
    public PackageDescription Description { get; private set; } = null!;

    public FilePromises Promises { get; }

    public string Id => Root.ObjId!;

    public bool IsTt05 => Description.Kind == PackageKind.Tt05;

    /// <summary>The files that METS documents name and that are not there, each once.</summary>
    public IEnumerable<string> Missing => Enumerable.Range(0, _missing.Count).Select(i => _missing[i]);

    /// <summary>Reads an AIP's METS documents; null, with findings in the list, when it is none.</summary>
    public static async Task<DipSource?> ReadAsync(PackageFiles files, CancellationToken cancellationToken)
    {
        var kind = await PackageKinds.DetectAsync(files, cancellationToken).ConfigureAwait(false);
        if (kind is not (PackageKind.Tt05 or PackageKind.Eark))
        {
            files.Findings.Add(DipRules.Source, "", "AIP", kind is { } other ? PackageKinds.Name(other) : "–");
            return null;
        }
        var source = new DipSource(files);
        var sound = kind == PackageKind.Tt05 ? await source.ReadTt05Async(cancellationToken).ConfigureAwait(false) : await source.ReadEarkAsync(cancellationToken).ConfigureAwait(false);
        if (sound && source.Root.Header?.OaisPackageType == "AIP" && !string.IsNullOrWhiteSpace(source.Root.ObjId)) return source;
        files.Findings.Add(DipRules.Source, MetsNames.FileName, "OAISPACKAGETYPE=AIP, OBJID", sound ? source.Root.Header?.OaisPackageType ?? "–" : "–");
        return null;
    }

    private async Task<bool> ReadTt05Async(CancellationToken cancellationToken)
    {
        var number = SourceOf("");
        var package = await Tt05Package.ReadAsync(Files, Visitor(number, ""), cancellationToken).ConfigureAwait(false);
        if (package.Root is null) return false;
        Root = package.Root;
        Description = Tt05Describer.Describe(package, package.Rep is null ? null : new Tt05Links(package.Rep, Files.Has), Files.Has);
        Gather(number, Root, "");
        if (package.Rep is { } rep) Gather(SourceOf(Tt05Layout.Rep), rep, Tt05Layout.Rep);
        return true;
    }

    // Of the documents' files only what is promised of them is kept, packed; their elements go by.
    private async Task<bool> ReadEarkAsync(CancellationToken cancellationToken)
    {
        if (await MetsAsync(MetsNames.FileName, "", cancellationToken).ConfigureAwait(false) is not { } root) return false;
        Root = root;
        var reps = new List<(string Folder, MetsDocument Mets)>();
        foreach (var path in EarkDocument.Representations(Files))
            if (path[..path.LastIndexOf('/')] is var folder && await MetsAsync(path, folder, cancellationToken).ConfigureAwait(false) is { } rep) reps.Add((folder, rep));
        Description = await EarkValidator.DescribeAsync(Files, root, reps, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Is the file one that the package declares? METS documents are judged by what declares them.</summary>
    public bool Declares(string path) => Promises.Has(Files.Index.FindFile(path));

    /// <summary>A file of the package as METS documents that are written refer to it: with the format that the package's own say, which they do not of metadata.</summary>
    public ReferencedFile Reference(string path, long bytes, Digest sha256)
    {
        var file = new ReferencedFile(path, bytes, sha256, MediaTypes.Of(path));
        var number = Files.Index.FindFile(path);
        if (number < 0 || _formatOf[number] == 0) return file;
        var format = _formats[_formatOf[number] - 1];
        return file with { MimeType = format.MimeType ?? file.MimeType, Puid = format.Puid, FormatName = format.Name, FormatVersion = format.Version };
    }

    private Task<MetsDocument?> MetsAsync(string path, string folder, CancellationToken cancellationToken)
    {
        var number = SourceOf(folder);
        return Files.ParseAsync(path, async stream =>
        {
            var mets = await MetsReader.ReadAsync(stream, Files.Limits, Visitor(number, folder), cancellationToken).ConfigureAwait(false);
            Gather(number, mets, folder);
            return mets;
        }, cancellationToken);
    }

    private int SourceOf(string folder) => Promises.AddSource(folder.Length == 0 ? MetsNames.FileName : $"{folder}/{MetsNames.FileName}", DipRules.Content, DipRules.Content);

    private MetsVisitor Visitor(int source, string folder) => new((_, _, file) => Take(source, folder, file), (_, _) => true);

    private void Gather(int source, MetsDocument mets, string folder)
    {
        foreach (var r in mets.Sections.Select(s => s.Reference).OfType<MetsReference>()) Promise(source, folder, r.Href, r.Size, r.Checksum, r.ChecksumType);
        foreach (var file in mets.Files) Take(source, folder, file);
    }

    private void Take(int source, string folder, MetsFile file)
    {
        if (Promise(source, folder, file.Location?.Href, file.Size, file.Checksum, file.ChecksumType) is not { } path) return;
        var format = new FileFormat(file.FormatKey, file.FormatName, file.FormatVersion, file.MimeType);
        if (!_numbers.TryGetValue(format, out var number))
        {
            _formats.Add(format);
            _numbers[format] = number = _formats.Count;
        }
        ref var known = ref _formatOf[Files.Index.FindFile(path)];
        if (known == 0) known = number;
    }

    private string? Promise(int source, string folder, string? href, string? size, string? checksum, string? checksumType)
    {
        if (MetsHref.Resolve(href, folder, Files.Has) is not { } path) return null;
        if (!Files.Has(path))
        {
            _missing.TryAdd(path, out _);
            return null;
        }
        Span<byte> digest = stackalloc byte[Digest.MaxBytes];
        var algorithm = DigestAlgorithm.FindInPackage(checksumType);
        if (algorithm is not null && !Digest.TryDecode(algorithm, checksum, digest)) algorithm = null;
        var isLength = long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes);
        Promises.Add(Files.Index.FindFile(path), source, isLength ? bytes : null, algorithm, digest);
        return path;
    }
}
