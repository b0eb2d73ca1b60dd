using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Preservation.Core.Files;

namespace Preservation.Evidence.Export;

/// <summary><c>proofs.txt</c> and <c>proofs.json</c>, written to temporary files while the proofs pass by.</summary>
internal sealed class ProofLists : IDisposable
{
    private const int FlushBytes = 1 << 16;
    private static readonly JsonWriterOptions Json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly FileStream _text = TemporaryFile.Create();
    private readonly FileStream _json = TemporaryFile.Create();
    private readonly StreamWriter _lines;
    private readonly Utf8JsonWriter _writer;

    public ProofLists(EvidenceBundle bundle)
    {
        _lines = new StreamWriter(_text, new UTF8Encoding(false), leaveOpen: true);
        _writer = new Utf8JsonWriter(_json, Json);
        _writer.WriteStartObject();
        _writer.WriteString("package", bundle.Package);
        _writer.WriteString("algorithm", bundle.Root.Algorithm.Name);
        _writer.WriteString("root", bundle.Root.Hex);
        _writer.WriteString("time", bundle.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        _writer.WriteStartArray("files");
    }

    public async Task AddAsync(EvidenceProof proof, CancellationToken cancellationToken)
    {
        // The form of sha512sum: an escaped name (line breaks, backslashes) is marked by a backslash before the digest.
        var name = proof.Path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        await _lines.WriteAsync($"{(name == proof.Path ? "" : "\\")}{proof.Leaf.Hex}  {name}\n".AsMemory(), cancellationToken).ConfigureAwait(false);
        _writer.WriteStartObject();
        _writer.WriteString("path", proof.Path);
        _writer.WriteNumber("bytes", proof.Bytes);
        _writer.WriteString("leaf", proof.Leaf.Hex);
        _writer.WriteStartArray("reducedHashTree");
        foreach (var list in proof.Reduced)
        {
            _writer.WriteStartArray();
            foreach (var digest in list) _writer.WriteStringValue(digest.Hex);
            _writer.WriteEndArray();
        }
        _writer.WriteEndArray();
        _writer.WriteEndObject();
        if (_writer.BytesPending > FlushBytes) await _writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Both from their beginning; nothing is added after that.</summary>
    public async Task<(Stream Text, Stream Json)> CloseAsync(CancellationToken cancellationToken)
    {
        _writer.WriteEndArray();
        _writer.WriteEndObject();
        await _writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        await _lines.FlushAsync(cancellationToken).ConfigureAwait(false);
        (_text.Position, _json.Position) = (0, 0);
        return (_text, _json);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _lines.Dispose();
        _text.Dispose();
        _json.Dispose();
    }
}
