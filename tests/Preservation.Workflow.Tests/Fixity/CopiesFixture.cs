using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Fixity;

/// <summary>Two stores in folders and objects on both.</summary>
internal abstract class CopiesFixture : WorkflowFixture
{
    protected static readonly string[] StoreNames = ["first", "second"];

    protected IOptions<PreservationOptions> Options { get; private set; } = null!;

    protected StoreSet Stores { get; private set; } = null!;

    protected FixityRunner Runner { get; private set; } = null!;

    protected virtual void Configure(PreservationOptions options) { }

    [SetUp]
    public async Task Open()
    {
        Options = Settings.Of(o =>
        {
            foreach (var name in StoreNames) o.Stores.Add(new StoreOptions { Name = name, Path = Path.Join(Folder, name), Fsync = false, FailureDomain = new FailureDomainOptions { Provider = name } });
            o.Fixity.WithinDays = 30;
            Configure(o);
        });
        Stores = new StoreSet(Options, new WorkTrace(Options));
        await Stores.RegisterAsync(Database.Sessions, default);
        Runner = NewRunner();
    }

    [TearDown]
    public async Task Close() => await Stores.DisposeAsync();

    protected FixityRunner NewRunner() => new(Database.Sessions, Stores, new Repair(Stores), Options, new Preservation.Workflow.Diagnostics.WorkTrace(Options), NullLogger<FixityRunner>.Instance);

    /// <summary>An object of one key on both stores, read just now; with a package row when a kind is given.</summary>
    protected async Task<Guid> AddObjectAsync(int bytes = 100, string? kind = null, string? mode = null)
    {
        var id = Guid.CreateVersion7();
        var content = RandomNumberGenerator.GetBytes(bytes);
        var submission = kind is null ? Guid.Empty : await AddSubmissionAsync(SubmissionState.Preserved);
        await using var session = await BeginAsync();
        if (kind is not null)
            session.Rows.Packages.Add(new Package
            {
                Id = id, SubmissionId = submission, ProducerId = Agency, CustodianId = Agency, AgreementVersionId = AgreementVersion, Kind = kind, Title = "Hồ sơ nhân sự", HeadVersion = 1, PreservedAt = session.Now, Files = 1, Bytes = bytes, AccessMode = mode,
            });
        foreach (var store in StoreNames)
        {
            session.Rows.PackageCopies.Add(new PackageCopy { PackageId = id, ObjectId = "urn:uuid:" + id, Store = store, Version = 1, State = CopyState.Good, VerifiedAt = session.Now, LastReadAt = session.Now, LastResult = FixityOutcome.Ok });
            Write(store, KeyOf(id), content);
            session.Rows.Copies.Add(new StoredCopy
            {
                PackageId = id, Store = store, Key = KeyOf(id), Role = CopyRole.Content, Version = 1, Encoding = "identity", Bytes = bytes, Sha512 = SHA512.HashData(content), State = CopyState.Good, WrittenAt = session.Now, LastReadAt = session.Now, LastResult = FixityOutcome.Ok,
            });
        }
        await session.CommitAsync(default);
        return id;
    }

    protected static string KeyOf(Guid id) => $"ocfl/{id:N}/v1/content/data/quyết-định.pdf";

    protected async Task<FixityRun> RunAsync()
    {
        Guid id;
        Clock.Advance(TimeSpan.FromSeconds(1));
        await using (var session = await BeginAsync())
        {
            id = FixityRunner.Add(session, RunKind.OnDemand, Person, null, session.Now).Id;
            await session.CommitAsync(default);
        }
        await Runner.WorkAsync(default);
        await using var look = await BeginAsync();
        return await look.Rows.FixityRuns.AsNoTracking().SingleAsync(r => r.Id == id);
    }

    protected async Task<List<PackageCopy>> CopiesAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.PackageCopies.AsNoTracking().OrderBy(c => c.PackageId).ThenBy(c => c.Store).ToListAsync();
    }

    protected string PathOf(string store, string key) => Path.Join(Folder, store, key);

    protected void Write(string store, string key, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(store, key))!);
        File.WriteAllBytes(PathOf(store, key), content);
    }
}
