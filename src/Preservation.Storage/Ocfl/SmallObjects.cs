using Preservation.Core.Digests;
using Preservation.Storage.Objects;

namespace Preservation.Storage.Ocfl;

/// <summary>Reading and writing of objects that fit in memory, and the digest of those that need not.</summary>
internal static class SmallObjects
{
    public static async Task<StoredObject> PutBytesAsync(
        this IObjectStore store, string key, ReadOnlyMemory<byte> bytes, PutCondition condition, CancellationToken cancellationToken)
    {
        var stream = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);
        await using (stream.ConfigureAwait(false))
            return await store.PutAsync(key, stream, bytes.Length, condition, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the object hashes to now, with its description; null when there is none.</summary>
    public static async Task<(StoredObject Description, Digest Digest)?> TryDigestAsync(this IObjectStore store, string key, DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        try
        {
            var content = await store.OpenReadAsync(key, range: null, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
                return (content.Description, (await StreamDigest.ComputeAsync(content.Stream, [algorithm], cancellationToken).ConfigureAwait(false))[algorithm]);
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The whole object with its description; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is larger than the limit.</exception>
    public static async Task<(StoredObject Description, byte[] Bytes)?> TryReadAsync(
        this IObjectStore store, string key, long maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            var content = await store.OpenReadAsync(key, range: null, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                if (content.Description.Bytes > Math.Min(maxBytes, Array.MaxLength)) throw new InvalidDataException($"{key} is larger than {maxBytes} bytes");
                var bytes = new byte[content.Description.Bytes];
                await content.Stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
                return (content.Description, bytes);
            }
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
    }
}
