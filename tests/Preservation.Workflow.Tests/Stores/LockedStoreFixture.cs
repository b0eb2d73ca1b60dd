using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Ocfl.Versions;
using Preservation.Testing.Storage;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;
using Preservation.Workflow.Stores;

namespace Preservation.Workflow.Tests.Stores;

/// <summary>A folder and a bucket that locks, with the server's own time.</summary>
internal abstract class LockedStoreFixture : WorkflowFixture
{
    protected IOptions<PreservationOptions> Options { get; private set; } = null!;

    protected StoreSet Stores { get; private set; } = null!;

    protected StoreProbing Probing => new(Database.Sessions, Stores, Options, NullLogger<StoreProbing>.Instance);

    protected RollingRetention Retention => new(Database.Sessions, Stores, Options, NullLogger<RollingRetention>.Instance);

    protected CopyWriter Writer => new(Stores, new WorkTrace(Options), Database.Sessions);

    [SetUp]
    public async Task OpenStores()
    {
        // Retention is held by the server's clock.
        Clock.Advance(TimeProvider.System.GetUtcNow() - Clock.GetUtcNow());
        await (await S3Bucket.OpenLockableAsync()).DisposeAsync();
        await (await S3Bucket.OpenAsync()).DisposeAsync();
        Options = Settings.Of(o =>
        {
            o.Stores.Add(new StoreOptions { Name = "folder", Path = Path.Join(Folder, "folder"), Fsync = false, FailureDomain = new FailureDomainOptions { Provider = "P1" } });
            o.Stores.Add(Bucket("bucket", S3Bucket.Lockable));
            o.Copies.Locked = 1;
        });
        Stores = new StoreSet(Options, new WorkTrace(Options), Database.Source);
        await Stores.RegisterAsync(Database.Sessions, default);
    }

    [TearDown]
    public async Task CloseStores()
    {
        if (Stores is not null) await Stores.DisposeAsync();
    }

    protected static StoreOptions Bucket(string name, string bucket)
    {
        var s3 = S3Bucket.Options();
        return new StoreOptions
        {
            Name = name, Kind = StoreKind.S3, Endpoint = s3.Endpoint.ToString(), Region = s3.Region, Bucket = bucket, AccessKey = s3.AccessKey, SecretKey = s3.SecretKey, Locked = true, LockDays = 3, LockMarginDays = 2,
            FailureDomain = new FailureDomainOptions { Provider = "P2" },
        };
    }

    /// <summary>An object with one file, written to every store and recorded.</summary>
    protected async Task<Guid> WriteAsync()
    {
        var id = Guid.NewGuid();
        var content = Encoding.UTF8.GetBytes("nội dung " + id);
        using var plan = VersionPlan.Create(null, $"urn:uuid:{id}", [new PlannedFile("a.txt", content.Length, DigestAlgorithm.Sha512.Compute(content), [DigestAlgorithm.Sha256.Compute(content)])],
            Clock.GetUtcNow(), "v1", new Preservation.Ocfl.Inventories.VersionUser("test", "info:test"));
        var proven = await Writer.WriteAsync(plan, (_, _) => Task.FromResult<Stream>(new MemoryStream(content)), default);
        Assert.That(proven.Select(c => c.Problem), Is.All.Null);
        await using var session = await BeginAsync();
        await CopyWriter.RecordAsync(session, id, plan, proven, default);
        await session.CommitAsync(default);
        return id;
    }

    protected async Task<PackageCopy> CopyAsync(Guid id)
    {
        await using var session = await BeginAsync();
        return await session.Rows.PackageCopies.AsNoTracking().SingleAsync(c => c.PackageId == id && c.Store == "bucket");
    }

    protected async Task<List<StoredCopy>> KeysAsync(Guid id)
    {
        await using var session = await BeginAsync();
        return await session.Rows.Copies.AsNoTracking().Where(c => c.PackageId == id && c.Store == "bucket").ToListAsync();
    }

    protected async Task<List<PreservationTask>> TasksAsync(string kind)
    {
        await using var session = await BeginAsync();
        return await session.Rows.Tasks.AsNoTracking().Where(t => t.Kind == kind).ToListAsync();
    }
}
