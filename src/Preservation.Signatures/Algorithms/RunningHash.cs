using System.Security.Cryptography;

namespace Preservation.Signatures.Algorithms;

/// <summary>A digest in the making, by the platform or by this library. Not safe for use by several threads.</summary>
internal abstract class RunningHash : IDisposable
{
    /// <summary>Takes in more of the data.</summary>
    public abstract void AppendData(ReadOnlySpan<byte> data);

    public void AppendData(byte[] data, int offset, int count) => AppendData(data.AsSpan(offset, count));

    /// <summary>The digest of everything taken in since the start or the last call.</summary>
    public abstract byte[] GetHashAndReset();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>The platform's implementation.</summary>
    public static RunningHash Platform(HashAlgorithmName name) => new PlatformHash(IncrementalHash.CreateHash(name));

    private sealed class PlatformHash(IncrementalHash hash) : RunningHash
    {
        public override void AppendData(ReadOnlySpan<byte> data) => hash.AppendData(data);

        public override byte[] GetHashAndReset() => hash.GetHashAndReset();

        protected override void Dispose(bool disposing)
        {
            if (disposing) hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
