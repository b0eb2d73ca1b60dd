using System.Globalization;
using System.Net;
using System.Text;

namespace Preservation.Cli.Submitting;

/// <summary>Sends one package in pieces (tus 1.0.0): whatever breaks, the server is asked how far it came, and the rest is sent.</summary>
internal sealed class PackageUpload(ArchiveServer server, SubmitRequest request, string path, UploadState state, Action<long> sent)
{
    /// <summary>Sends what is still to be sent; null when all of it is there, else the refusal.</summary>
    /// <exception cref="OutOfPatienceException">Nothing got through for too long.</exception>
    /// <exception cref="IOException">The package cannot be read, or changed.</exception>
    public async Task<ServerAnswer?> RunAsync(CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = 0, Options = FileOptions.Asynchronous });
        var (length, patience, reached) = (file.Length, server.Patience(), -1L);
        while (true)
        {
            if (state.Upload is null && await BeginAsync(length, cancellationToken) is { } refusal) return refusal;
            var upload = state.Upload!;
            var standing = await server.InsistAsync(() => Message(HttpMethod.Head, upload), cancellationToken);
            if (standing.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            {
                // It expired, or was lost with the server's catalogue: the package is sent anew.
                state.Upload = null;
                await patience.WaitAsync(null, cancellationToken);
                continue;
            }
            if (standing is not { IsWell: true, Offset: { } offset }) return standing;
            if (offset > reached) patience.Renew();
            reached = offset;
            sent(offset);
            if (offset == length) return null;
            var answer = await SendRestAsync(file, upload, offset, length, cancellationToken);
            if (answer is { IsWell: true } && answer.Offset > offset) continue;
            if (answer is { IsForLater: false, IsWell: false } && answer.Status is not (HttpStatusCode.Conflict or HttpStatusCode.Gone or HttpStatusCode.NotFound)) return answer;
            await patience.WaitAsync(answer?.RetryAfter, cancellationToken);
        }
    }

    private async Task<ServerAnswer?> BeginAsync(long length, CancellationToken cancellationToken)
    {
        var metadata = $"filename {Convert.ToBase64String(Encoding.UTF8.GetBytes(Path.GetFileName(path)))}" + (request.Agreement is { } code ? $",agreement {Convert.ToBase64String(Encoding.UTF8.GetBytes(code))}" : "");
        var key = Guid.NewGuid().ToString("N");
        var answer = await server.InsistAsync(() =>
        {
            var message = Message(HttpMethod.Post, "api/v1/uploads");
            message.Headers.Add("Idempotency-Key", key);
            message.Headers.Add("Upload-Length", length.ToString(CultureInfo.InvariantCulture));
            message.Headers.Add("Upload-Metadata", metadata);
            return message;
        }, cancellationToken);
        if (answer.Status != HttpStatusCode.Created || answer.Location is null) return answer;
        // Where the upload lies is the server's to say, but not at another server.
        state.Upload = new Uri(request.Server, answer.Location) is { } place && place.Authority == request.Server.Authority && place.Scheme == request.Server.Scheme ? place.PathAndQuery
            : throw new IOException($"the server sends the upload to another: {answer.Location}");
        state.Save();
        return null;
    }

    // An answer, or null when the line broke.
    private async Task<ServerAnswer?> SendRestAsync(FileStream file, string upload, long offset, long length, CancellationToken cancellationToken)
    {
        using var stall = server.Stall(cancellationToken);
        using var tail = new FileTail(file, offset, length, sent, stall, server.StandStill);
        using var message = Message(HttpMethod.Patch, upload);
        message.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        message.Headers.ExpectContinue = true; // what is refused is refused before it is sent
        message.Content = tail;
        try
        {
            return await server.SendAsync(message, stall.Token);
        }
        catch (Exception e) when (ArchiveServer.IsBroken(e, cancellationToken))
        {
            return tail.Failure is { } failure ? throw failure : null;
        }
    }

    private static HttpRequestMessage Message(HttpMethod method, string path)
    {
        var message = new HttpRequestMessage(method, path);
        message.Headers.Add("Tus-Resumable", "1.0.0");
        return message;
    }
}
