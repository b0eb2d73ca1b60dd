using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Core.Findings;

namespace Preservation.Packages.BagIt;

/// <summary>Makes a bag of BagIt 1.0 with sha512 manifests in a zip.</summary>
public static class BagItPacker
{
    /// <summary>
    /// Puts every file of the tree into <c>data/</c>; each is read once. Unsafe names are findings and nothing is written; empty folders
    /// cannot be kept and are warnings.
    /// </summary>
    /// <param name="payload">The content.</param>
    /// <param name="name">Name of the bag's folder; the zip is named after it.</param>
    /// <param name="info">Lines of <c>bag-info.txt</c>, beside Bagging-Date, Bag-Software-Agent and Payload-Oxum, which are added.</param>
    /// <param name="zip">Where the zip is written.</param>
    /// <param name="options">The instant and the software.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The name is unsafe, or a label or value holds a line end or colon where it must not.</exception>
    public static async Task<PackResult> PackAsync(
        IFileTree payload, string name, IReadOnlyList<KeyValuePair<string, string>> info, Stream zip, PackOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ArgumentNullException.ThrowIfNull(options);
        if (PackagePath.Unsafe(name) is not null || name.Contains('/', StringComparison.Ordinal)) throw new ArgumentException("unsafe name", nameof(name));
        if (info.Any(i => i.Key.Contains(':', StringComparison.Ordinal) || (i.Key + i.Value).AsSpan().ContainsAny('\r', '\n')))
            throw new ArgumentException("a label or value is not one line", nameof(info));
        var index = await payload.IndexAsync(Limits.Default, cancellationToken).ConfigureAwait(false);
        var findings = index.Findings.Concat(index.Numbers.Where(n => index.KindOf(n) == EntryKind.EmptyFolder).Select(n => new Finding(BagItRules.Get("BAGIT-EMPTY-FOLDER"), index.PathOf(n)))).ToImmutableArray();
        if (findings.Any(f => f.Rule.Severity == Severity.Error)) return new PackResult(null, null, findings);
        var archive = new ZipWriter(zip);
        await using (archive.ConfigureAwait(false))
            await WriteAsync(payload, index, info, new BagZip(archive, name, options.Now), options, cancellationToken).ConfigureAwait(false);
        return new PackResult(name, name + ".zip", findings);
    }

    private static async Task WriteAsync(
        IFileTree payload, FileIndex index, IReadOnlyList<KeyValuePair<string, string>> info, BagZip zip, PackOptions options, CancellationToken cancellationToken)
    {
        await zip.AddFolderAsync("data", cancellationToken).ConfigureAwait(false);
        var (bytes, count) = (0L, 0L);
        var manifest = TemporaryFile.Create();
        await using var closesManifest = manifest.ConfigureAwait(false);
        foreach (var number in index.Under("").Where(n => index.KindOf(n) == EntryKind.File))
        {
            var path = index.PathOf(number);
            var content = await payload.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                var digests = await zip.AddAsync("data/" + path, content, cancellationToken).ConfigureAwait(false);
                await manifest.WriteAsync(Encoding.UTF8.GetBytes($"{digests[DigestAlgorithm.Sha512].Hex}  {BagPath.Encode("data/" + path)}\n"), cancellationToken).ConfigureAwait(false);
                (bytes, count) = (bytes + digests.Bytes, count + 1);
            }
        }
        manifest.Position = 0;
        var lines = info.Select(i => $"{i.Key}: {i.Value}\n")
            .Append($"Bagging-Date: {options.Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}\n")
            .Append($"Bag-Software-Agent: {options.Software.Name} {options.Software.Version}\n")
            .Append(string.Create(CultureInfo.InvariantCulture, $"Payload-Oxum: {bytes}.{count}\n"));
        (string Path, Stream Content)[] tags =
        [
            ("bag-info.txt", Text(string.Concat(lines))), ("bagit.txt", Text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")), ("manifest-sha512.txt", manifest),
        ];
        var tagManifest = new StringBuilder();
        foreach (var (path, content) in tags)
        {
            var digests = await zip.AddAsync(path, content, cancellationToken).ConfigureAwait(false);
            tagManifest.Append(digests[DigestAlgorithm.Sha512].Hex).Append("  ").Append(path).Append('\n');
        }
        await zip.AddAsync("tagmanifest-sha512.txt", Text(tagManifest.ToString()), cancellationToken).ConfigureAwait(false);
    }

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text), writable: false);

    private sealed class BagZip(ZipWriter zip, string root, DateTimeOffset now)
    {
        public Task AddFolderAsync(string path, CancellationToken cancellationToken) => zip.AddFolderAsync($"{root}/{path}/", now, cancellationToken);

        public Task<ContentDigests> AddAsync(string path, Stream content, CancellationToken cancellationToken) =>
            zip.AddAsync($"{root}/{path}", content, now, [DigestAlgorithm.Sha512], cancellationToken);
    }
}
