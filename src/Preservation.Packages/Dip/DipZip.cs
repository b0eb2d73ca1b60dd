using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Dip;

/// <summary>Copies files of an archival package into a zip, each read once, and compares them with what the package promises on the way.</summary>
internal sealed class DipZip(DipSource source, PackageZip zip, PackOptions options)
{
    private readonly List<Finding> _broken = [];

    /// <summary>What was copied and is not what it should be: then the zip must not be given out.</summary>
    public IReadOnlyList<Finding> Broken => _broken;

    /// <summary>The file that was opened last; empty before the first.</summary>
    public string Reading { get; private set; } = "";

    public Task<ReferencedFile> AddAsync(string path, byte[] content, CancellationToken cancellationToken) => zip.AddAsync(path, content, cancellationToken);

    public Task<ReferencedFile> AddAsync(string path, Action<Stream> write, CancellationToken cancellationToken) => zip.AddAsync(path, write, cancellationToken);

    public async Task<ReferencedFile> CopyAsync(string path, CancellationToken cancellationToken)
    {
        Reading = path;
        var number = source.Files.Index.FindFile(path);
        var content = await source.Files.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            var digests = await zip.AddAsync(path, content, [.. source.Promises.AlgorithmsOf(number).Append(DigestAlgorithm.Sha256).Distinct()], cancellationToken).ConfigureAwait(false);
            _broken.AddRange(source.Promises.Broken(number, digests));
            return source.Reference(path, digests.Bytes, digests[DigestAlgorithm.Sha256]);
        }
    }

    /// <summary>Copies files in the order of the index.</summary>
    public async Task<CopiedFiles> CopyAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var copied = new CopiedFiles(source);
        foreach (var path in paths) copied.Add(await CopyAsync(path, cancellationToken).ConfigureAwait(false));
        return copied;
    }

    /// <summary>The schemas the caller holds for packages, except those with these names.</summary>
    public async Task<List<ReferencedFile>> AddOfficialSchemasAsync(IReadOnlySet<string> except, CancellationToken cancellationToken)
    {
        var written = new List<ReferencedFile>();
        if (options.OfficialSchemas is not { } official) return written;
        var names = new List<string>();
        await foreach (var entry in official.ListAsync(cancellationToken).ConfigureAwait(false))
            if (entry.Kind == Core.Files.EntryKind.File && entry.Path.EndsWith(".xsd", StringComparison.Ordinal) && !except.Contains("schemas/" + entry.Path)) names.Add(entry.Path);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            var content = await official.OpenAsync(name, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false)) written.Add(await zip.AddAsync("schemas/" + name, content, cancellationToken).ConfigureAwait(false));
        }
        return written;
    }
}
