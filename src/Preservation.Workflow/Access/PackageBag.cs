using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Workflow.Access;

/// <summary>Makes a bag (RFC 8493) of one version of a package as it is preserved: every file under <c>data/</c>, with the digests of the catalogue.</summary>
public sealed class PackageBag(CatalogueSessions sessions, PackageContent content)
{
    private const int Page = 500;

    /// <summary>The bag as a zip, in a file that goes away when the stream is closed.</summary>
    /// <exception cref="IOException">No store could give a file now, or gave another.</exception>
    public async Task<Stream> MakeAsync(Package package, PackageVersion version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(version);
        var output = TemporaryFile.Create();
        try
        {
            await using (var zip = new ZipWriter(output)) await WriteAsync(zip, $"{package.Id}/", package, version, cancellationToken);
            output.Position = 0;
            return output;
        }
        catch
        {
            await output.DisposeAsync();
            throw;
        }
    }

    private async Task WriteAsync(ZipWriter zip, string root, Package package, PackageVersion version, CancellationToken cancellationToken)
    {
        await using var manifest = TemporaryFile.Create();
        var (bytes, count) = (0L, 0L);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        for (var last = 0L; ;)
        {
            var after = last;
            var files = await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == package.Id && f.VersionFrom <= version.Version && (f.VersionUntil == null || f.VersionUntil > version.Version) && f.Id > after)
                .OrderBy(f => f.Id).Take(Page).ToListAsync(cancellationToken);
            foreach (var file in files)
            {
                await using var stream = await content.OpenAsync(file, range: null, cancellationToken);
                var found = await zip.AddAsync($"{root}data/{file.LogicalPath}", stream, version.CreatedAt, [DigestAlgorithm.Sha512], cancellationToken);
                if (!found[DigestAlgorithm.Sha512].Bytes.AsSpan().SequenceEqual(file.Sha512)) throw new IOException($"a store gave other bytes of {file.LogicalPath}");
                await manifest.WriteAsync(Encoding.UTF8.GetBytes($"{Convert.ToHexStringLower(file.Sha512)}  {Encoded("data/" + file.LogicalPath)}\n"), cancellationToken);
                (bytes, count) = (bytes + file.Bytes, count + 1);
            }
            if (files.Count < Page) break;
            last = files[^1].Id;
        }
        manifest.Position = 0;
        var info = string.Create(CultureInfo.InvariantCulture, $"Bagging-Date: {version.CreatedAt:yyyy-MM-dd}\nExternal-Identifier: urn:uuid:{package.Id}\nInternal-Sender-Identifier: v{version.Version}\nPayload-Oxum: {bytes}.{count}\n");
        var tags = new StringBuilder();
        foreach (var (name, text) in new (string, Stream)[] { ("bag-info.txt", Text(info)), ("bagit.txt", Text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")), ("manifest-sha512.txt", manifest) })
        {
            var digests = await zip.AddAsync(root + name, text, version.CreatedAt, [DigestAlgorithm.Sha512], cancellationToken);
            tags.Append(digests[DigestAlgorithm.Sha512].Hex).Append("  ").Append(name).Append('\n');
        }
        await zip.AddAsync(root + "tagmanifest-sha512.txt", Text(tags.ToString()), version.CreatedAt, [], cancellationToken);
    }

    // RFC 8493 §2.1.3: line ends and the sign of encoding itself.
    private static string Encoded(string path) => path.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text), writable: false);
}
