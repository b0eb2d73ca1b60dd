using System.Text.Json;

namespace Preservation.Core;

/// <summary>The one way to read foreign JSON whole: bounded, and every string in it is valid Unicode.</summary>
public static class SafeJson
{
    /// <summary>Reads to the end of the stream.</summary>
    /// <exception cref="JsonException">Malformed, too deep, longer than the limits, or a name or string is no valid Unicode.</exception>
    public static async Task<JsonDocument> ParseAsync(Stream stream, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(limits);
        using var buffer = new MemoryStream();
        var piece = new byte[64 * 1024];
        for (int count; (count = await stream.ReadAsync(piece, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (buffer.Length + count > limits.MaxMetadataBytes) throw new JsonException("more bytes than allowed");
            buffer.Write(piece, 0, count);
        }
        return Parse(buffer.ToArray(), limits);
    }

    /// <summary>The same for bytes; a byte order mark is passed over.</summary>
    /// <exception cref="JsonException">As for <see cref="ParseAsync"/>.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, Limits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (json.Span is [0xEF, 0xBB, 0xBF, ..]) json = json[3..];
        CheckTexts(json.Span, limits.MaxMarkupDepth);
        return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = limits.MaxMarkupDepth });
    }

    // A document gives such strings no error before they are asked for.
    private static void CheckTexts(ReadOnlySpan<byte> json, int maxDepth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read())
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) _ = reader.GetString();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("a string is no valid Unicode", e);
        }
    }
}
