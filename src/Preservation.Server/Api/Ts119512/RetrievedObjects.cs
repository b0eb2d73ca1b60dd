using System.Buffers;
using System.Text.Json;

namespace Preservation.Server.Api.Ts119512;

/// <summary>
/// A response whose objects are written one after the other, base64 on the way: none is held. The result comes last, since only then it is known whether all
/// could be given. The first object is opened before anything is sent, so that a store that fails is told as such.
/// </summary>
internal sealed class RetrievedObjects(string? reqId, IAsyncEnumerable<RetrievedObject> objects, Func<int, Result> conclude) : IResult
{
    private const int PieceBytes = 48 << 10;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellation = httpContext.RequestAborted;
        var response = httpContext.Response;
        await using var all = objects.GetAsyncEnumerator(cancellation);
        var isOne = await all.MoveNextAsync();
        if (!isOne)
        {
            await Messages.Refuse(reqId, conclude(0)).ExecuteAsync(httpContext);
            return;
        }
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            await using var writer = new Utf8JsonWriter(response.Body, new JsonWriterOptions { Encoder = Messages.Json.Encoder });
            response.ContentType = "application/json; charset=utf-8";
            writer.WriteStartObject();
            if (reqId is not null) writer.WriteString("reqId", reqId);
            writer.WriteStartArray("po");
            var count = 0;
            for (; isOne; isOne = await all.MoveNextAsync(), count++)
            {
                await using var content = await all.Current.OpenAsync(cancellation);
                writer.WriteStartObject();
                foreach (var member in JsonSerializer.SerializeToElement(all.Current.Object, Messages.Json).EnumerateObject()) member.WriteTo(writer);
                await WriteContentAsync(writer, content, piece, cancellation);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WritePropertyName("result");
            JsonSerializer.SerializeToElement(conclude(count), Messages.Json).WriteTo(writer); // straight to the writer it would flush it, and not asynchronously
            writer.WriteEndObject();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static async Task WriteContentAsync(Utf8JsonWriter writer, Stream content, byte[] piece, CancellationToken cancellationToken)
    {
        writer.WriteStartObject("binaryData");
        writer.WritePropertyName("value");
        for (; ;)
        {
            var count = await content.ReadAtLeastAsync(piece.AsMemory(0, PieceBytes), PieceBytes, throwOnEndOfStream: false, cancellationToken);
            writer.WriteBase64StringSegment(piece.AsSpan(0, count), isFinalSegment: count < PieceBytes);
            if (count < PieceBytes) break;
            await writer.FlushAsync(cancellationToken);
        }
        writer.WriteEndObject();
    }
}
