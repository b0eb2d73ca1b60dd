using System.Text;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Testing;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Escrow;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Escrow;

/// <summary>An archive's store, an escrow's own, and passes from one to the other.</summary>
internal sealed class EscrowBench(IObjectStore from, IObjectStore to)
{
    private EscrowReport? _last;

    public ManualClock Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    public EscrowOptions Options { get; } = new() { Name = "vault", ObjectsAtOnce = 2 };

    public OcflStore Archive { get; } = new(from, StoreSet.RootPrefix, Limits.Default);

    public OcflStore Held { get; } = new(to, StoreSet.RootPrefix, Limits.Default);

    /// <summary>Writes the next version of an object into the archive's store, showing these files.</summary>
    public async Task WriteAsync(string id, params (string Path, string Text)[] files)
    {
        await Archive.InitializeRootAsync(default);
        using var stored = await Archive.ReadInventoryAsync(id, default);
        using var plan = VersionPlan.Create(stored?.Inventory, id, files.Select(f => new PlannedFile(f.Path, Encoding.UTF8.GetByteCount(f.Text), Sha512(f.Text), [])), Clock.GetUtcNow(), "ingestion", new VersionUser("Kho lưu trữ", "info:preservation/server"));
        var bytes = files.ToDictionary(f => f.Path, f => Encoding.UTF8.GetBytes(f.Text));
        await Archive.WriteVersionAsync(plan, (path, _) => Task.FromResult<Stream>(new MemoryStream(bytes[path], writable: false)), default);
    }

    /// <summary>One pass after the other; stores that stand in its way may be named in place of the bench's own.</summary>
    public async Task<EscrowReport> PassAsync(IObjectStore? source = null, IObjectStore? own = null, params OfferedOrder[] orders) =>
        _last = await new EscrowPass(new EscrowSource(source ?? from, 0, 0, Clock, (_, _) => throw new InvalidOperationException("nothing is to be waited for")), own ?? to, Options, Clock, orders).RunAsync(_last, null, default);

    /// <summary>Every key under the storage root with its bytes.</summary>
    public static async Task<Dictionary<string, string>> BytesAsync(IObjectStore store, string prefix = StoreSet.RootPrefix)
    {
        var found = new Dictionary<string, string>();
        await foreach (var one in store.ListAsync(prefix, default))
        {
            await using var content = await store.OpenReadAsync(one.Key, null, default);
            using var bytes = new MemoryStream();
            await content.Stream.CopyToAsync(bytes);
            found[one.Key] = Convert.ToBase64String(bytes.ToArray());
        }
        return found;
    }

    /// <summary>Changes one bit beneath a store.</summary>
    public static async Task FlipAsync(IObjectStore store, string key)
    {
        var bytes = Convert.FromBase64String((await BytesAsync(store, key))[key]);
        bytes[bytes.Length / 2] ^= 1;
        using var content = new MemoryStream(bytes);
        await store.PutAsync(key, content, bytes.Length, PutCondition.Any, default);
    }

    private static Digest Sha512(string text) => DigestAlgorithm.Sha512.Compute(Encoding.UTF8.GetBytes(text));
}
