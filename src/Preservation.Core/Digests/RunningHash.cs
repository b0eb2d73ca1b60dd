using System.Security.Cryptography;

namespace Preservation.Core.Digests;

/// <summary>A digest in the making, by the platform or by this library. Not safe for use by several threads.</summary>
public abstract class RunningHash : IDisposable
{
    private protected RunningHash()
    {
    }

    /// <summary>The platform's implementation.</summary>
    /// <exception cref="PlatformNotSupportedException">The platform has none of this name.</exception>
    public static RunningHash Platform(HashAlgorithmName name) => new PlatformHash(IncrementalHash.CreateHash(name));

    /// <summary>SHA-224 (FIPS 180-4 §6.3).</summary>
    public static RunningHash Sha224() => new Sha224();

    /// <summary>SHA-512/224 or SHA-512/256 (FIPS 180-4 §6.6, §6.7).</summary>
    /// <param name="bytes">28 or 32.</param>
    public static RunningHash Sha512Truncated(int bytes) => new Sha512Truncated(bytes);

    /// <summary>SHA-3 (FIPS 202 §6.1).</summary>
    /// <param name="bytes">28, 32, 48 or 64.</param>
    public static RunningHash Sha3(int bytes) => new Sha3(bytes);

    /// <summary>BLAKE2b without a key (RFC 7693).</summary>
    /// <param name="bytes">1 to 64.</param>
    public static RunningHash Blake2b(int bytes) => new Blake2b(bytes);

    /// <summary>Takes in more of the data.</summary>
    public abstract void AppendData(ReadOnlySpan<byte> data);

    /// <summary>Takes in more of the data: a part of an array.</summary>
    public void AppendData(byte[] data, int offset, int count) => AppendData(data.AsSpan(offset, count));

    /// <summary>The digest of everything taken in since the start or the last call.</summary>
    public abstract byte[] GetHashAndReset();

    /// <summary>The same into memory at hand; gives the number of bytes written.</summary>
    /// <exception cref="ArgumentException">The digest has no room there.</exception>
    public virtual int GetHashAndReset(Span<byte> destination)
    {
        var digest = GetHashAndReset();
        digest.CopyTo(destination);
        return digest.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the platform lent.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private sealed class PlatformHash(IncrementalHash hash) : RunningHash
    {
        public override void AppendData(ReadOnlySpan<byte> data) => hash.AppendData(data);

        public override byte[] GetHashAndReset() => hash.GetHashAndReset();

        public override int GetHashAndReset(Span<byte> destination) => hash.GetHashAndReset(destination);

        protected override void Dispose(bool disposing)
        {
            if (disposing) hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
