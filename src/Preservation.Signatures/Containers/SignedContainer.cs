using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Containers;

/// <summary>A zip with signatures, read in place. One whose directory is not safe to trust is refused as a whole.</summary>
internal sealed class SignedContainer : IAsyncDisposable
{
    private const int MimetypeBytes = 200;
    private readonly ZipTree _tree;
    private readonly FrozenDictionary<string, SignedFile> _files;
    private readonly string? _spooled;

    private SignedContainer(ZipTree tree, FrozenDictionary<string, SignedFile> files, ImmutableArray<Finding> findings, string? spooled)
    {
        (_tree, _files, Findings, _spooled) = (tree, files, findings, spooled);
        Names = [.. files.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Paths of its files, sorted.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>What is doubtful about it, and does not forbid to read it.</summary>
    public ImmutableArray<Finding> Findings { get; }

    /// <summary>A file by its exact path; null when there is none.</summary>
    public SignedFile? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>The content of the entry called mimetype; empty when there is none.</summary>
    public async Task<string> ReadMimetypeAsync(CancellationToken cancellationToken) =>
        Find("mimetype") is { } file ? Encoding.UTF8.GetString(await SignatureVerification.ReadHeadAsync(file, MimetypeBytes, cancellationToken).ConfigureAwait(false)).Trim('\uFEFF', ' ', '\r', '\n') : "";

    /// <summary>Opens it, or says why it is refused.</summary>
    /// <exception cref="IOException">It could not be read or, where it is no file on disk, not be copied to one.</exception>
    public static async Task<(SignedContainer? Container, FileFacts? Refused)> OpenAsync(SignedFile file, VerificationPolicy policy, CancellationToken cancellationToken)
    {
        var (path, isCopy) = await LocateAsync(file, cancellationToken).ConfigureAwait(false);
        try
        {
            var (tree, findings) = ZipTree.Open(path, policy.Limits);
            var errors = findings.Where(f => f.Rule.Severity == Severity.Error).ToList();
            if (tree is not null && errors.Count == 0 && Disagreement(path) is { } name) errors.Add(new Finding(SignatureRules.Container, file.Path, null, name));
            if (tree is not null && errors.Count == 0)
            {
                var container = new SignedContainer(tree, await IndexAsync(tree, policy, cancellationToken).ConfigureAwait(false), [.. findings], isCopy ? path : null);
                path = null;
                return (container, null);
            }
            if (tree is not null) await tree.DisposeAsync().ConfigureAwait(false);
            var isLimit = errors.TrueForAll(e => e.Rule.Code.StartsWith("LIMIT-", StringComparison.Ordinal)) && errors.Count > 0;
            return (null, FileFacts.Refused(isLimit ? VerificationOutcome.Unsupported : VerificationOutcome.Malformed,
                [.. errors, new Finding(SignatureRules.Container, file.Path, null, errors.Count > 0 ? errors[0].Rule.Code : "ZIP")]));
        }
        finally
        {
            if (isCopy && path is not null) File.Delete(path);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _tree.DisposeAsync().ConfigureAwait(false);
        if (_spooled is not null) File.Delete(_spooled);
    }

    // The index leaves out a folder that holds everything; paths in signatures do not.
    private static async Task<FrozenDictionary<string, SignedFile>> IndexAsync(ZipTree tree, VerificationPolicy policy, CancellationToken cancellationToken)
    {
        var index = await tree.IndexAsync(policy.Limits, cancellationToken).ConfigureAwait(false);
        var prefix = index.RootName.Length == 0 ? "" : index.RootName + "/";
        var files = new Dictionary<string, SignedFile>(StringComparer.Ordinal);
        foreach (var number in index.Numbers)
        {
            if (index.KindOf(number) != EntryKind.File) continue;
            var inner = index.PathOf(number);
            files.Add(prefix + inner, new SignedFile(prefix + inner, index.BytesOf(number), token => tree.OpenAsync(inner, token)));
        }
        return files.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string? Disagreement(string path)
    {
        using var zip = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 1 << 14 });
        return ZipHeaders.FindDisagreement(zip);
    }

    // A zip is read from many places at once: what is no file on disk becomes one for a while.
    private static async Task<(string Path, bool IsCopy)> LocateAsync(SignedFile file, CancellationToken cancellationToken)
    {
        var stream = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            if (stream is FileStream { Position: 0 } onDisk && File.Exists(onDisk.Name) && new FileInfo(onDisk.Name).Length == file.Bytes) return (onDisk.Name, false);
            var path = System.IO.Path.Join(System.IO.Path.GetTempPath(), "preservation-" + System.IO.Path.GetRandomFileName());
            try
            {
                var copy = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous });
                await using (copy.ConfigureAwait(false)) await stream.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
                return (path, true);
            }
            catch
            {
                File.Delete(path);
                throw;
            }
        }
    }
}
