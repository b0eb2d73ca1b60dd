using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Preservation.Core.Log;

/// <summary>
/// Reads an exported audit log, a JSON document a line: <c>{"log":"preservation-audit","version":1,"exportedAt":…,"whole":…,"treeSize":…,"head":…}</c>, then
/// <c>{"n":0,"leaf":"…","entry":"id|at|…"}</c> for every entry in its place, <c>{"size":…,"head":"…"}</c> after the entries under a sealed head, and
/// <c>{"end":…}</c>. One line is held at a time.
/// </summary>
public static class LogExportReader
{
    /// <summary>Longest line in bytes.</summary>
    public const int MaxLineBytes = 1 << 16;

    /// <summary>What the first line calls the kind of file.</summary>
    public const string Kind = "preservation-audit";

    /// <summary>The lines in order; texts and leaf hashes of entries are good until the next one is asked for.</summary>
    /// <exception cref="InvalidDataException">It is no exported log, or a line cannot be read.</exception>
    public static async IAsyncEnumerable<LogLine> ReadAsync(Stream export, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(export);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxLineBytes * 2);
        try
        {
            var number = 0L;
            var (from, until) = (0, 0);
            while (true)
            {
                var end = buffer.AsSpan(from, until - from).IndexOf((byte)'\n');
                if (end < 0)
                {
                    if (until - from > MaxLineBytes) throw new InvalidDataException($"line {number + 1} of the log is too long");
                    buffer.AsSpan(from, until - from).CopyTo(buffer);
                    (from, until) = (0, until - from);
                    var read = await export.ReadAsync(buffer.AsMemory(until), cancellationToken).ConfigureAwait(false);
                    until += read;
                    if (read > 0) continue;
                    if (until == 0) yield break;
                    end = until; // a last line that is not ended
                }
                number++;
                yield return Parse(buffer.AsMemory(from, end), number);
                from = Math.Min(from + end + 1, until);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static LogLine Parse(ReadOnlyMemory<byte> line, long number)
    {
        try
        {
            var read = Read(line.Span);
            return (number == 1) == (read is LogLine.Beginning) ? read : throw new InvalidDataException(number == 1 ? "this is no exported audit log" : $"line {number} of the log begins another one");
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException(number == 1 ? "this is no exported audit log" : $"line {number} of the log cannot be read: {e.Message}", e);
        }
    }

    private static LogLine Read(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) throw new JsonException("no object");
        string? kind = null;
        (long? n, long? size, long? end, long version) = (null, null, null, 0);
        byte[]? leaf = null, head = null, text = null;
        (bool whole, DateTimeOffset at) = (false, default);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("n"u8)) n = Number(ref json);
            else if (json.ValueTextEquals("leaf"u8)) leaf = Hash(ref json);
            else if (json.ValueTextEquals("entry"u8)) text = Text(ref json);
            else if (json.ValueTextEquals("size"u8) || json.ValueTextEquals("treeSize"u8)) size = Number(ref json);
            else if (json.ValueTextEquals("head"u8)) head = Hash(ref json);
            else if (json.ValueTextEquals("end"u8)) end = Number(ref json);
            else if (json.ValueTextEquals("log"u8)) kind = json.Read() ? json.GetString() : null;
            else if (json.ValueTextEquals("version"u8)) version = Number(ref json);
            else if (json.ValueTextEquals("whole"u8)) whole = json.Read() && json.GetBoolean();
            else if (json.ValueTextEquals("exportedAt"u8)) at = json.Read() ? json.GetDateTimeOffset() : default;
            else json.Skip();
        }
        if (kind is not null) return kind == Kind && version == 1 && size is { } all && head is not null ? new LogLine.Beginning(at, whole, all, [.. head]) : throw new JsonException("another kind of log, or a newer one");
        if (n is { } sequence) return leaf is not null || text is not null ? new LogLine.Entry(sequence, Memory(leaf), Memory(text)) : throw new JsonException("an entry without text and leaf hash");
        if (size is { } treeSize && head is not null) return new LogLine.Head(treeSize, [.. head]);
        return end is { } last ? new LogLine.Ending(last) : throw new JsonException("neither entry nor head nor end");
    }

    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : bytes.AsMemory();

    private static long Number(ref Utf8JsonReader json) => json.Read() ? json.GetInt64() : throw new JsonException("no number");

    private static byte[]? Text(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.String) throw new JsonException("no text");
        if (!json.ValueIsEscaped) return json.ValueSpan.ToArray();
        var text = new byte[json.ValueSpan.Length];
        return text[..json.CopyString(text)];
    }

    private static byte[]? Hash(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length != 2 * MerkleAccumulator.HashBytes) throw new JsonException("no hash");
        var hash = new byte[MerkleAccumulator.HashBytes];
        return Convert.FromHexString(json.ValueSpan, hash, out _, out var written) == OperationStatus.Done && written == hash.Length ? hash : throw new JsonException("no hash");
    }
}
