using System.Globalization;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Packages.Mets;

namespace Preservation.Packages;

/// <summary>Writes a package's files into a zip under one root folder, digesting each on the way.</summary>
internal sealed class PackageZip(ZipWriter zip, string root, DateTimeOffset now)
{
    public async Task<ReferencedFile> AddAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        var digests = await AddAsync(path, content, [DigestAlgorithm.Sha256], cancellationToken).ConfigureAwait(false);
        return new ReferencedFile(path, digests.Bytes, digests[DigestAlgorithm.Sha256], MediaTypes.Of(path));
    }

    public Task<ContentDigests> AddAsync(string path, Stream content, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken) =>
        zip.AddAsync($"{root}/{path}", content, now, algorithms, cancellationToken);

    /// <summary>The same for what is written at once, by way of a temporary file: it may be as large as there are files.</summary>
    public async Task<ReferencedFile> AddAsync(string path, Action<Stream> write, CancellationToken cancellationToken)
    {
        var written = TemporaryFile.Create();
        await using (written.ConfigureAwait(false))
        {
            write(written);
            written.Position = 0;
            return await AddAsync(path, written, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<ReferencedFile> AddAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);
        return await AddAsync(path, stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An instant as the circular writes it: Vietnamese time, with tenths of a second.</summary>
    public static string VietnameseTime(DateTimeOffset instant) =>
        instant.ToOffset(TimeSpan.FromHours(7)).ToString("yyyy-MM-ddTHH:mm:ss.fzzz", CultureInfo.InvariantCulture);
}
