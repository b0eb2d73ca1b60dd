using System.Security.Cryptography;

namespace Preservation.Invariants.Stores;

/// <summary>What lies under a key.</summary>
/// <param name="Bytes">How many were read.</param>
/// <param name="Sha512">In hexadecimal.</param>
/// <param name="Sha256">In hexadecimal.</param>
/// <param name="Content">The bytes themselves, where they are to be understood (inventories, sidecars).</param>
internal sealed record Found(long Bytes, string Sha512, string Sha256, byte[]? Content);

/// <summary>Lists and reads one store.</summary>
internal abstract class StoreReader : IDisposable
{
    private const int Piece = 1 << 17;

    public static StoreReader Open(StoreSettings settings) => settings.Folder is { } folder ? new FolderReader(folder) : new BucketReader(settings);

    /// <summary>Every key, in no order.</summary>
    public abstract IAsyncEnumerable<string> ListAsync();

    /// <summary>Reads a key to its end.</summary>
    public async Task<Found> ReadAsync(string key, bool keep)
    {
        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var kept = new MemoryStream();
        var bytes = 0L;
        await using var stream = await OpenAsync(key);
        var buffer = new byte[Piece];
        while (await ReadPieceAsync(stream, buffer) is var read and > 0)
        {
            sha512.AppendData(buffer, 0, read);
            sha256.AppendData(buffer, 0, read);
            if (keep) kept.Write(buffer, 0, read);
            bytes += read;
        }
        return new Found(bytes, Convert.ToHexStringLower(sha512.GetHashAndReset()), Convert.ToHexStringLower(sha256.GetHashAndReset()), keep ? kept.ToArray() : null);
    }

    public virtual void Dispose() { }

    protected abstract Task<Stream> OpenAsync(string key);

    protected virtual ValueTask<int> ReadPieceAsync(Stream stream, byte[] buffer) => stream.ReadAsync(buffer);
}
