using Preservation.Storage.Objects;

namespace Preservation.Workflow.Escrow;

/// <summary>Small files of the escrow in its own store, beside the storage root.</summary>
internal static class EscrowFiles
{
    /// <summary>The whole file; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is larger than any such file.</exception>
    public static async Task<byte[]?> TryReadAsync(this IObjectStore store, string key, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await store.OpenReadAsync(key, null, cancellationToken);
            if (content.Description.Bytes > maxBytes) throw new InvalidDataException($"{key} is larger than any such file");
            var bytes = new byte[content.Description.Bytes];
            await content.Stream.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes the file whole.</summary>
    public static async Task PutAsync(this IObjectStore store, string key, byte[] bytes, PutCondition condition, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(bytes, writable: false);
        await store.PutAsync(key, content, bytes.Length, condition, cancellationToken);
    }
}
