using System.Globalization;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Packages.Description;
using Preservation.Packages.Eark;
using Preservation.Packages.Mets;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Dip;

/// <summary>An archival package that is to be given out: what its METS documents say of it and promise of its files.</summary>
internal sealed class DipSource
{
    private readonly Dictionary<string, MetsFile> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [];

    private DipSource(PackageFiles files, MetsDocument root, PackageDescription description)
    {
        Files = files;
        Root = root;
        Description = description;
        Promises = new FilePromises(files.Index);
    }

    public PackageFiles Files { get; }

    public MetsDocument Root { get; }

    /// <summary>What the package says about itself; documents only when it is one of the circular.</summary>
    public PackageDescription Description { get; }

    public FilePromises Promises { get; }

    public string Id => Root.ObjId!;

    public bool IsTt05 => Description.Kind == PackageKind.Tt05;

    /// <summary>The files that METS documents name and that are not there.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Reads an AIP's METS documents; null, with findings in the list, when it is none.</summary>
    public static async Task<DipSource?> ReadAsync(PackageFiles files, CancellationToken cancellationToken)
    {
        var kind = await PackageKinds.DetectAsync(files, cancellationToken).ConfigureAwait(false);
        if (kind is not (PackageKind.Tt05 or PackageKind.Eark))
        {
            files.Findings.Add(DipRules.Source, "", "AIP", kind is { } other ? PackageKinds.Name(other) : "–");
            return null;
        }
        MetsDocument? root;
        var reps = new List<(string Folder, MetsDocument Mets)>();
        PackageDescription? description = null;
        if (kind == PackageKind.Tt05)
        {
            var package = await Tt05Package.ReadAsync(files, cancellationToken).ConfigureAwait(false);
            root = package.Root;
            if (package.Rep is { } rep) reps.Add((Tt05Layout.Rep, rep));
            description = Tt05Describer.Describe(package, package.Rep is null ? null : new Tt05Links(package.Rep, files.Has), files.Has);
        }
        else
        {
            root = await MetsAsync(files, MetsNames.FileName, cancellationToken).ConfigureAwait(false);
            foreach (var path in EarkDocument.Representations(files))
                if (await MetsAsync(files, path, cancellationToken).ConfigureAwait(false) is { } rep) reps.Add((path[..path.LastIndexOf('/')], rep));
            if (root is not null) description = await EarkValidator.DescribeAsync(files, root, reps, cancellationToken).ConfigureAwait(false);
        }
        if (root?.Header?.OaisPackageType != "AIP" || string.IsNullOrWhiteSpace(root.ObjId))
        {
            files.Findings.Add(DipRules.Source, MetsNames.FileName, "OAISPACKAGETYPE=AIP, OBJID", root?.Header?.OaisPackageType ?? "–");
            return null;
        }
        var source = new DipSource(files, root, description!);
        source.Gather(root, "");
        foreach (var (folder, mets) in reps) source.Gather(mets, folder);
        return source;
    }

    /// <summary>Is the file one that the package declares? METS documents are judged by what declares them.</summary>
    public bool Declares(string path) => Promises.Has(Files.Index.FindFile(path));

    /// <summary>What METS calls the file's format; null for metadata and for what it does not name.</summary>
    public MetsFile? EntryOf(string path) => _entries.GetValueOrDefault(path);

    private static Task<MetsDocument?> MetsAsync(PackageFiles files, string path, CancellationToken cancellationToken) =>
        files.ParseAsync(path, s => MetsReader.ReadAsync(s, files.Limits, cancellationToken), cancellationToken);

    private void Gather(MetsDocument mets, string folder)
    {
        var source = Promises.AddSource(folder.Length == 0 ? MetsNames.FileName : $"{folder}/{MetsNames.FileName}", DipRules.Content, DipRules.Content);
        foreach (var r in mets.Sections.Select(s => s.Reference).OfType<MetsReference>()) Promise(source, folder, r.Href, r.Size, r.Checksum, r.ChecksumType);
        foreach (var file in mets.Files)
            if (Promise(source, folder, file.Location?.Href, file.Size, file.Checksum, file.ChecksumType) is { } path) _entries.TryAdd(path, file);
    }

    private string? Promise(int source, string folder, string? href, string? size, string? checksum, string? checksumType)
    {
        if (MetsHref.Resolve(href, folder, Files.Has) is not { } path) return null;
        if (!Files.Has(path))
        {
            _missing.Add(path);
            return null;
        }
        Span<byte> digest = stackalloc byte[Digest.MaxBytes];
        var algorithm = DigestAlgorithm.Find(checksumType);
        if (algorithm is not null && !Digest.TryDecode(algorithm, checksum, digest)) algorithm = null;
        var isLength = long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes);
        Promises.Add(Files.Index.FindFile(path), source, isLength ? bytes : null, algorithm, digest);
        return path;
    }
}
