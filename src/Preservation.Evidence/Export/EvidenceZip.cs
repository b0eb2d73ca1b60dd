using System.Globalization;
using System.Text;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;

namespace Preservation.Evidence.Export;

/// <summary>Writes what a stranger needs to check files against a time-stamp with public tools alone. Proofs and parts pass by one by one: memory does not grow with their number.</summary>
public sealed class EvidenceZip
{
    private readonly EvidenceBundle _bundle;
    private readonly ZipWriter _zip;
    private readonly NameSet _names = new();
    private readonly HashSet<string> _contents = new(StringComparer.Ordinal);
    private readonly CancellationToken _cancellation;
    private string _first = "";
    private byte[]? _rootBytes;

    private EvidenceZip(EvidenceBundle bundle, ZipWriter zip, CancellationToken cancellation) => (_bundle, _zip, _cancellation) = (bundle, zip, cancellation);

    /// <summary>Writes the archive. Its bytes depend on the bundle alone. The output, which need not be seekable, stays open.</summary>
    /// <exception cref="ArgumentException">A proof does not lead to the root (such an archive must not leave the house), or two entries have one name; what was written is worthless.</exception>
    /// <exception cref="IOException">A file or part could not be read; what was written is worthless.</exception>
    public static async Task WriteAsync(EvidenceBundle bundle, Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(output);
        var zip = new ZipWriter(output);
        await using (zip.ConfigureAwait(false)) await new EvidenceZip(bundle, zip, cancellationToken).WriteAsync().ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        await AddAsync("token.tsr", _bundle.Response).ConfigureAwait(false);
        await AddAsync("token.tst", _bundle.Token).ConfigureAwait(false);
        if (_bundle.Request is { } request) await AddAsync("request.tsq", request).ConfigureAwait(false);
        await AddAsync("tsa-chain.pem", _bundle.AuthorityChainPem).ConfigureAwait(false);
        await AddAsync("root.hex", _bundle.Root.Hex + "\n").ConfigureAwait(false);
        await AddProofsAsync().ConfigureAwait(false);
        await foreach (var part in _bundle.Parts.WithCancellation(_cancellation).ConfigureAwait(false)) await AddAsync(part).ConfigureAwait(false);
        _contents.Add(_contents.Contains("files") ? "with-files" : "without-files");
        foreach (var script in new[] { "check.py", "CheckRecord.java" }) await AddAsync(script, await ResourceAsync(script).ConfigureAwait(false)).ConfigureAwait(false);
        if (_contents.Contains("audit/proofs.json")) await AddAsync("check_audit.py", await ResourceAsync("check_audit.py").ConfigureAwait(false)).ConfigureAwait(false);
        await AddAsync("README.txt", EvidencePage.Write(await ResourceAsync("README.template.txt").ConfigureAwait(false), _bundle, _contents, _first)).ConfigureAwait(false);
    }

    private async Task AddProofsAsync()
    {
        using var lists = new ProofLists(_bundle);
        var count = 0;
        await foreach (var proof in _bundle.Proofs.WithCancellation(_cancellation).ConfigureAwait(false))
        {
            if (!HashTree.Verify(proof.Leaf, [.. proof.Reduced.Select(l => (IReadOnlyList<Digest>)l)], _bundle.Root))
                throw new ArgumentException($"the proof of {proof.Path} does not lead to the root");
            if (count++ == 0) _first = proof.Path;
            _rootBytes ??= RootBytes(proof);
            await lists.AddAsync(proof, _cancellation).ConfigureAwait(false);
            await AddAsync(string.Create(CultureInfo.InvariantCulture, $"records/{count:D6}.ers"), proof.Record ?? EvidenceRecordWriter.Initial(_bundle.Root.Algorithm, proof.Reduced, _bundle.Token).AsMemory()).ConfigureAwait(false);
            if (proof.OpenAsync is { } open) await AddAsync(new EvidencePart(EvidencePartKind.File, proof.Path, open)).ConfigureAwait(false);
        }
        if (_rootBytes is not null) await AddAsync("root.bin", _rootBytes).ConfigureAwait(false);
        var (text, json) = await lists.CloseAsync(_cancellation).ConfigureAwait(false);
        await AddAsync("proofs.txt", text).ConfigureAwait(false);
        await AddAsync("proofs.json", json).ConfigureAwait(false);
    }

    // The last join of any path has the root as its digest; every path of one tree ends in the same.
    private static byte[]? RootBytes(EvidenceProof proof)
    {
        List<Digest> values = [];
        foreach (var list in proof.Reduced)
        {
            if (values.Count > 0) values = [.. list, values.Count == 1 ? values[0] : values[0].Algorithm.Compute(Concatenate(values))];
            else values = [.. list];
        }
        return values.Count > 1 ? Concatenate(values) : null;
    }

    private static byte[] Concatenate(List<Digest> values)
    {
        values.Sort((a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes.AsSpan()));
        return [.. values.SelectMany(v => v.Bytes)];
    }

    private Task AddAsync(string name, string text) => AddAsync(name, Encoding.UTF8.GetBytes(text));

    private Task AddAsync(string name, ReadOnlyMemory<byte> bytes) => AddAsync(name, new MemoryStream(bytes.ToArray(), writable: false));

    private async Task AddAsync(EvidencePart part)
    {
        var content = await part.OpenAsync(_cancellation).ConfigureAwait(false);
        await using (content.ConfigureAwait(false)) await AddAsync(part.Entry, content).ConfigureAwait(false);
    }

    private async Task AddAsync(string name, Stream content)
    {
        if (!_names.TryAdd(name, out _)) throw new ArgumentException($"{name} would be there twice");
        var folder = name.IndexOf('/', StringComparison.Ordinal);
        if (folder < 0) _contents.Add(name);
        else _contents.Add(name[..folder]);
        if (name == "audit/proofs.json") _contents.Add(name);
        await _zip.AddAsync(name, content, _bundle.Time.ToUniversalTime(), [], _cancellation).ConfigureAwait(false);
    }

    private async Task<string> ResourceAsync(string name)
    {
        var stream = typeof(EvidenceZip).Assembly.GetManifestResourceStream("export." + name)
            ?? throw new InvalidOperationException($"the assembly embeds no export.{name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(_cancellation).ConfigureAwait(false);
    }
}
