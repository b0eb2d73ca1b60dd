using System.Buffers;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Uploads;

/// <summary>
/// Adds pieces to uploads. What counts is forced to the medium first and recorded then, every few seconds while a piece comes and at its end, so that a cut line
/// costs seconds and a crash never counts a byte that is not there. Of a piece with a checksum nothing counts before all of it is there and right.
/// </summary>
public sealed class UploadAppending(UploadRegister register, UploadParts parts, IOptions<PreservationOptions> options, WorkTrace trace, TimeProvider clock)
{
    private const int BufferBytes = 128 * 1024;
    private readonly UploadOptions _options = options.Value.Uploads;

    /// <summary>Adds a piece.</summary>
    /// <param name="scope">The caller's.</param>
    /// <param name="principal">The caller.</param>
    /// <param name="id">Of the upload.</param>
    /// <param name="piece">The bytes.</param>
    /// <param name="cancellationToken">Ends the reading; what came until then counts.</param>
    /// <exception cref="IOException">The line was cut or staging failed; what came before counts, unless it has a checksum.</exception>
    public async Task<AppendOutcome> AppendAsync(CatalogueScope scope, Guid principal, Guid id, UploadPiece piece, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(piece);
        var known = await register.FindAsync(scope, principal, id, cancellationToken);
        if (known is null) return new AppendOutcome.NotFound();
        if (known.State != UploadState.Open) return new AppendOutcome.Gone();
        using var part = parts.TryOpen(id);
        if (part is null) return new AppendOutcome.Busy();
        // What was known may have changed until nobody else could write.
        var upload = await register.FindAsync(scope, principal, id, cancellationToken);
        if (upload is not { State: UploadState.Open })
        {
            part.Remove();
            return upload is null ? new AppendOutcome.NotFound() : new AppendOutcome.Gone();
        }
        if (piece.Offset != upload.Received) return new AppendOutcome.OtherOffset(upload.Received);
        if (piece.Announced > upload.Length - upload.Received) return new AppendOutcome.TooLong(upload.Length);
        part.Cut(upload.Received);
        using var _ = trace.Enter("upload.append");
        return await CopyAsync(scope, upload, part, piece, cancellationToken);
    }

    private async Task<AppendOutcome> CopyAsync(CatalogueScope scope, Upload upload, UploadPart part, UploadPiece piece, CancellationToken cancellationToken)
    {
        var at = piece.Offset;
        using var checksum = piece.Checksum is { } wanted ? new MultiDigest([wanted.Algorithm]) : null;
        using var whole = at == 0 ? new MultiDigest([DigestAlgorithm.Sha256]) : null;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var since = clock.GetTimestamp();
            while (await piece.Body.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken) is > 0 and var read)
            {
                if (read > upload.Length - at) return new AppendOutcome.TooLong(upload.Length);
                var bytes = buffer.AsMemory(0, read);
                await part.WriteAsync(bytes, at, cancellationToken);
                checksum?.Append(bytes);
                whole?.Append(bytes);
                at += read;
                if (checksum is not null || (at - upload.Received < _options.CheckpointBytes && clock.GetElapsedTime(since) < _options.CheckpointEvery)) continue;
                if (at < upload.Length && !await RecordAsync(scope, upload, part, at, null)) return new AppendOutcome.Gone();
                since = clock.GetTimestamp();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && checksum is null && at > upload.Received)
        {
            await RecordAsync(scope, upload, part, at, null);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (checksum is not null && checksum.Finish().Digests[0] != piece.Checksum) return new AppendOutcome.OtherBytes();
        var sha256 = at == upload.Length ? whole?.Finish()[DigestAlgorithm.Sha256] : null;
        return await RecordAsync(scope, upload, part, at, sha256) ? new AppendOutcome.Advanced(upload.Received, upload.ExpiresAt) : new AppendOutcome.Gone();
    }

    // Once bytes are on the medium it is worth saying so, whether or not anybody waits for it.
    private async Task<bool> RecordAsync(CatalogueScope scope, Upload upload, UploadPart part, long at, Digest? sha256)
    {
        using (trace.Enter("upload.flush")) part.Flush();
        using (trace.Enter("upload.record")) return await register.AdvanceAsync(scope, upload, at, sha256 is null ? null : [.. sha256.Bytes], CancellationToken.None);
    }
}
