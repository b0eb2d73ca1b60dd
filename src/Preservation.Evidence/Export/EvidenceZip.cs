using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;

namespace Preservation.Evidence.Export;

/// <summary>Writes what a stranger needs to check files against a time-stamp with public tools alone.</summary>
public static class EvidenceZip
{
    private static readonly JsonWriterOptions Json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the archive. Its bytes depend on the bundle alone. The output stays open.</summary>
    /// <exception cref="ArgumentException">A proof does not lead to the root: such an archive must not leave the house.</exception>
    public static async Task WriteAsync(EvidenceBundle bundle, Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        foreach (var proof in bundle.Proofs)
            if (!HashTree.Verify(proof.Leaf, [.. proof.Reduced.Select(l => (IReadOnlyList<Digest>)l)], bundle.Root))
                throw new ArgumentException($"the proof of {proof.Path} does not lead to the root", nameof(bundle));
        using var archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        var entries = new Entries(archive, bundle.Time, cancellationToken);
        await entries.AddAsync("README.txt", await ReadmeAsync(bundle, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        await entries.AddAsync("check.py", await ResourceAsync("check.py", cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        await entries.AddAsync("token.tsr", bundle.Response).ConfigureAwait(false);
        await entries.AddAsync("token.tst", bundle.Token).ConfigureAwait(false);
        if (bundle.Request is { } request) await entries.AddAsync("request.tsq", request).ConfigureAwait(false);
        await entries.AddAsync("tsa-chain.pem", bundle.AuthorityChainPem).ConfigureAwait(false);
        await entries.AddAsync("root.hex", bundle.Root.Hex + "\n").ConfigureAwait(false);
        if (FindRootBytes(bundle) is { } rootBytes) await entries.AddAsync("root.bin", rootBytes).ConfigureAwait(false);
        await entries.AddAsync("proofs.txt", stream => WriteTextAsync(bundle, stream, cancellationToken)).ConfigureAwait(false);
        await entries.AddAsync("proofs.json", stream => WriteJsonAsync(bundle, stream, cancellationToken)).ConfigureAwait(false);
        for (var i = 0; i < bundle.Proofs.Count; i++)
        {
            var record = bundle.Proofs[i].Record ?? EvidenceRecordWriter.Initial(bundle.Root.Algorithm, bundle.Proofs[i].Reduced, bundle.Token).AsMemory();
            await entries.AddAsync(string.Create(CultureInfo.InvariantCulture, $"records/{i + 1:D6}.ers"), record).ConfigureAwait(false);
        }
    }

    // The last join of any path has the root as its digest; every path of one tree ends in the same.
    private static byte[]? FindRootBytes(EvidenceBundle bundle)
    {
        foreach (var proof in bundle.Proofs)
        {
            List<Digest> values = [];
            foreach (var list in proof.Reduced)
            {
                if (values.Count > 0) values = [.. list, Join(values)];
                else values = [.. list];
            }
            if (values.Count > 1) return Concatenate(values);
        }
        return null;
    }

    private static Digest Join(List<Digest> values) =>
        values.Count == 1 ? values[0] : values[0].Algorithm.Compute(Concatenate(values));

    private static byte[] Concatenate(List<Digest> values)
    {
        values.Sort((a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes.AsSpan()));
        return [.. values.SelectMany(v => v.Bytes)];
    }

    // The form of sha512sum: an escaped name (line breaks, backslashes) is marked by a backslash before the digest.
    private static async Task WriteTextAsync(EvidenceBundle bundle, Stream stream, CancellationToken cancellationToken)
    {
        var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        await using (writer.ConfigureAwait(false))
            foreach (var proof in bundle.Proofs)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var name = proof.Path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
                await writer.WriteAsync($"{(name == proof.Path ? "" : "\\")}{proof.Leaf.Hex}  {name}\n").ConfigureAwait(false);
            }
    }

    private static async Task WriteJsonAsync(EvidenceBundle bundle, Stream stream, CancellationToken cancellationToken)
    {
        var writer = new Utf8JsonWriter(stream, Json);
        await using (writer.ConfigureAwait(false))
        {
            writer.WriteStartObject();
            writer.WriteString("package", bundle.Package);
            writer.WriteString("algorithm", bundle.Root.Algorithm.Name);
            writer.WriteString("root", bundle.Root.Hex);
            writer.WriteString("time", Text(bundle.Time));
            writer.WriteStartArray("files");
            foreach (var proof in bundle.Proofs)
            {
                WriteProof(writer, proof);
                await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    private static void WriteProof(Utf8JsonWriter writer, EvidenceProof proof)
    {
        writer.WriteStartObject();
        writer.WriteString("path", proof.Path);
        writer.WriteNumber("bytes", proof.Bytes);
        writer.WriteString("leaf", proof.Leaf.Hex);
        writer.WriteStartArray("reducedHashTree");
        foreach (var list in proof.Reduced)
        {
            writer.WriteStartArray();
            foreach (var digest in list) writer.WriteStringValue(digest.Hex);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static async Task<string> ReadmeAsync(EvidenceBundle bundle, CancellationToken cancellationToken) =>
        (await ResourceAsync("README.template.txt", cancellationToken).ConfigureAwait(false))
            .Replace("{package}", bundle.Package, StringComparison.Ordinal)
            .Replace("{time}", Text(bundle.Time), StringComparison.Ordinal)
            .Replace("{algorithm}", bundle.Root.Algorithm.Name, StringComparison.Ordinal)
            .Replace("{sumtool}", bundle.Root.Algorithm.Name + "sum", StringComparison.Ordinal);

    private static async Task<string> ResourceAsync(string name, CancellationToken cancellationToken)
    {
        var stream = typeof(EvidenceZip).Assembly.GetManifestResourceStream("export." + name)
            ?? throw new InvalidOperationException($"the assembly embeds no export.{name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private sealed class Entries(ZipArchive archive, DateTimeOffset time, CancellationToken cancellationToken)
    {
        public Task AddAsync(string name, string text) => AddAsync(name, Encoding.UTF8.GetBytes(text).AsMemory());

        public Task AddAsync(string name, ReadOnlyMemory<byte> bytes) =>
            AddAsync(name, stream => stream.WriteAsync(bytes, cancellationToken).AsTask());

        public async Task AddAsync(string name, Func<Stream, Task> write)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = archive.CreateEntry(name);
            entry.LastWriteTime = time.ToUniversalTime();
            var stream = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false)) await write(stream).ConfigureAwait(false);
        }
    }
}
