using System.Net;

namespace Preservation.Storage.Tests.Objects;

/// <summary>
/// A process that dies at one of its requests to a bucket: when the server has done it but no answer has arrived, or with half of the body on
/// its way. Dying before a request is dying after the one before.
/// </summary>
internal sealed class DyingWire(int diesAt, bool halfway = false) : DelegatingHandler
{
    private int _requests;

    public sealed class ProcessDiedException : Exception;

    /// <summary>Method and whether a body was sent, request by request.</summary>
    public List<(string Method, bool HasBody)> Requests { get; } = [];

    public bool HasDied { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _requests);
        if (number > diesAt) throw new ProcessDiedException();
        lock (Requests) Requests.Add((request.Method.Method, request.Content is { Headers.ContentLength: > 0 }));
        if (number == diesAt) HasDied = true;
        if (number == diesAt && halfway && request.Content is not null) request.Content = await HalfContent.OfAsync(request.Content, cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        if (number < diesAt) return response;
        response.Dispose();
        throw new ProcessDiedException();
    }

    private sealed class HalfContent(byte[] bytes) : HttpContent
    {
        public static async Task<HalfContent> OfAsync(HttpContent whole, CancellationToken cancellationToken)
        {
            var half = new HalfContent(await whole.ReadAsByteArrayAsync(cancellationToken));
            foreach (var header in whole.Headers) half.Headers.TryAddWithoutValidation(header.Key, header.Value);
            return half;
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await stream.FlushAsync();
            throw new ProcessDiedException();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
