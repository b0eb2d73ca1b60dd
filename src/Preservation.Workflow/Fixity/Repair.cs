using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Storage.Objects;
using Preservation.Workflow.Copies;

namespace Preservation.Workflow.Fixity;

/// <summary>
/// Replaces a bad or lost key by the bytes of another store's copy that was proven in this very action. Bad bytes are kept aside first; they are
/// overwritten only when a good source is at hand, and the result is read back.
/// </summary>
public sealed class Repair(StoreSet stores)
{
    /// <summary>Repairs one key; the result says what was done, also when nothing could be.</summary>
    public async Task<RepairResult> RunAsync(KeyReading bad, Guid runId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bad);
        if (!stores.Written.Contains(bad.Key.Store)) return new RepairResult(null, null, "this process does not write to the store");
        var target = stores.Stores[bad.Key.Store];
        foreach (var source in stores.Stores.Values.Where(s => s.Name != bad.Key.Store))
        {
            if ((await CopyReader.ReadAsync(source, bad.Key, cancellationToken)).Outcome != FixityOutcome.Ok) continue;
            try
            {
                var quarantine = bad.ObservedSha512 is not null ? await QuarantineAsync(target, bad, runId, cancellationToken) : null;
                await CopyAsync(source, target, bad.Key, cancellationToken);
                var after = await CopyReader.ReadAsync(target, bad.Key, cancellationToken);
                return after.Outcome == FixityOutcome.Ok
                    ? new RepairResult(source.Name, quarantine, null)
                    : new RepairResult(null, quarantine, $"after the repair the key was {after.Outcome}");
            }
            catch (IOException e)
            {
                return new RepairResult(null, null, $"{e.GetType().Name}: {e.Message}");
            }
        }
        return new RepairResult(null, null, "no other copy could be proven");
    }

    private static async Task<string> QuarantineAsync(IObjectStore store, KeyReading bad, Guid runId, CancellationToken cancellationToken)
    {
        var key = $"{StoreSet.QuarantinePrefix}{runId:N}/{bad.Key.Id}";
        await using var content = await store.OpenReadAsync(bad.Key.Key, null, cancellationToken);
        await store.PutAsync(key, content.Stream, content.Description.Bytes, PutCondition.Any, cancellationToken);
        return key;
    }

    private static async Task CopyAsync(IObjectStore source, IObjectStore target, StoredCopy key, CancellationToken cancellationToken)
    {
        await using var content = await source.OpenReadAsync(key.Key, null, cancellationToken);
        await using var proving = new ProvingStream(content.Stream, key.Sha512);
        await target.PutAsync(key.Key, proving, key.Bytes, PutCondition.Any, cancellationToken);
    }

    /// <summary>Fails at its end unless the bytes were the right ones, so that nothing else can ever be put in place.</summary>
    private sealed class ProvingStream(Stream inner, byte[] sha512) : Stream
    {
        private readonly RunningHash _hash = DigestAlgorithm.Sha512.Start();
        private bool _proven;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            if (read > 0) _hash.AppendData(buffer.Span[..read]);
            else if (buffer.Length > 0 && !_proven)
            {
                if (!_hash.GetHashAndReset().AsSpan().SequenceEqual(sha512)) throw new IOException("the source changed while it was copied");
                _proven = true;
            }
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("copies are read asynchronously");
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
