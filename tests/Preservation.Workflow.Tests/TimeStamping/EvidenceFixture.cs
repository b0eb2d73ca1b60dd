using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Options;
using Preservation.Workflow.Renewal;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Tests.TimeStamping;

/// <summary>Two stores in folders, authorities over HTTP, and everything that makes and renews evidence, over a real database.</summary>
internal abstract class EvidenceFixture : WorkflowFixture
{
    private readonly List<IDisposable> _held = [];

    protected List<TestTsa> Authorities { get; } = [];

    protected IOptions<PreservationOptions> Options { get; private set; } = null!;

    protected StoreSet Stores { get; private set; } = null!;

    protected EvidenceBatcher Batcher { get; private set; } = null!;

    protected RenewalRunner Renewals { get; private set; } = null!;

    protected FixityRunner Fixity { get; private set; } = null!;

    protected EvidenceRecords Records { get; private set; } = null!;

    protected EvidenceExport Export { get; private set; } = null!;

    /// <summary>Whose certificates are believed.</summary>
    protected string Anchors => Path.Join(Folder, "anchors");

    protected virtual int AuthorityCount => 1;

    protected virtual void Configure(PreservationOptions options)
    {
    }

    [SetUp]
    public async Task OpenEvidence()
    {
        Directory.CreateDirectory(Anchors);
        for (var i = 1; i <= AuthorityCount; i++) Authorities.Add(await TestTsa.StartAsync($"tsa-{i}", Clock));
        foreach (var authority in Authorities) await Believe(authority);
        Options = Settings.Of(o =>
        {
            foreach (var name in new[] { "first", "second" }) o.Stores.Add(new StoreOptions { Name = name, Path = Path.Join(Folder, name), Fsync = false, FailureDomain = new FailureDomainOptions { Provider = name } });
            foreach (var authority in Authorities) o.TimeStamps.Authorities.Add(new TimeStampAuthorityOptions { Name = authority.Name, Url = authority.Url });
            (o.TimeStamps.Anchors, o.TimeStamps.MaxAge, o.TimeStamps.RetryAfter) = (Anchors, TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(10));
            Configure(o);
        });
        Stores = new StoreSet(Options, new WorkTrace(Options));
        await Stores.RegisterAsync(Database.Sessions, default);
        Batcher = BatcherOf(Database.Sessions, Clock);
        Renewals = RenewalsOf(Database.Sessions);
        Fixity = new FixityRunner(Database.Sessions, Stores, new Repair(Stores), Options, new WorkTrace(Options), NullLogger<FixityRunner>.Instance);
        Records = new EvidenceRecords(Database.Sessions);
        Export = new EvidenceExport(Database.Sessions, TrustOf(Database.Sessions, Clock), new PackageContent(Database.Sessions, Stores));
    }

    [TearDown]
    public async Task CloseEvidence()
    {
        foreach (var held in _held) held.Dispose();
        _held.Clear();
        foreach (var authority in Authorities) await authority.DisposeAsync();
        Authorities.Clear();
        if (Stores is not null) await Stores.DisposeAsync();
    }

    protected EvidenceBatcher BatcherOf(CatalogueSessions sessions, TimeProvider clock)
    {
        var connections = new AuthorityConnections(Options);
        _held.Add(connections);
        var tokens = new TokenAcquisition(sessions, new AuthorityStandings(sessions, Options), connections, TrustOf(sessions, clock), new MaterialLibrary(sessions), Options, clock, NullLogger<TokenAcquisition>.Instance);
        return new EvidenceBatcher(sessions, tokens, new EvidenceObjects(sessions, new CopyWriter(Stores, new WorkTrace(Options), sessions), Stores, Options), new EvidenceFunctions(new RenewalPlans(Options), Options), Options, NullLogger<EvidenceBatcher>.Instance);
    }

    protected RenewalRunner RenewalsOf(CatalogueSessions sessions) =>
        new(sessions, new RenewalPlans(Options), RevocationsOf(sessions), new TreeRenewal(sessions, Options, NullLogger<TreeRenewal>.Instance), Options, NullLogger<RenewalRunner>.Instance);

    protected AuthorityRevocations RevocationsOf(CatalogueSessions sessions)
    {
        var fetcher = new MaterialFetcher(Options);
        _held.Add(fetcher);
        var library = new MaterialLibrary(sessions);
        return new AuthorityRevocations(sessions, TrustOf(sessions, Clock), library, new SignatureCollection(library, fetcher, Options, Clock), Options, NullLogger<AuthorityRevocations>.Instance);
    }

    protected Task Believe(TestTsa authority) => File.WriteAllTextAsync(Path.Join(Anchors, authority.Name + ".crt"), authority.Tokens.Certificate.ExportCertificatePem());

    protected async Task<Guid> AddReceiptAsync()
    {
        var submission = await AddSubmissionAsync();
        await using var session = await BeginAsync();
        var receipt = new Receipt { Id = Guid.NewGuid(), SubmissionId = submission, Kind = ReceiptKind.BytesReceived, Body = submission.ToByteArray(), Sha512 = SHA512.HashData(submission.ToByteArray()), Seal = [1], IssuedAt = session.Now };
        session.Rows.Receipts.Add(receipt);
        await session.CommitAsync(default);
        return receipt.Id;
    }

    /// <summary>A package with files, on both stores and in the catalogue; contents by path.</summary>
    protected async Task<Package> AddPackageAsync(IReadOnlyDictionary<string, byte[]> contents)
    {
        var submission = await AddSubmissionAsync(SubmissionState.Preserved);
        await using var session = await BeginAsync();
        var package = new Package
        {
            Id = Guid.CreateVersion7(), SubmissionId = submission, ProducerId = Agency, CustodianId = Agency, AgreementVersionId = AgreementVersion, Kind = "Tt05Dossier", Title = "Hồ sơ", HeadVersion = 1, PreservedAt = session.Now,
            Files = contents.Count, Bytes = contents.Values.Sum(c => c.Length),
        };
        session.Rows.Packages.Add(package);
        await session.FlushAsync(default);
        var inventory = System.Text.Encoding.UTF8.GetBytes($"inventory of {package.Id}");
        session.Rows.PackageVersions.Add(new PackageVersion { PackageId = package.Id, Version = 1, InventorySha512 = SHA512.HashData(inventory), Message = "new", CreatedAt = session.Now });
        session.Rows.Files.AddRange(contents.Select(c => new StoredFile { PackageId = package.Id, LogicalPath = c.Key, VersionFrom = 1, Bytes = c.Value.Length, Sha256 = SHA256.HashData(c.Value), Sha512 = SHA512.HashData(c.Value) }));
        foreach (var store in Stores.Stores.Keys)
        {
            session.Rows.PackageCopies.Add(new PackageCopy { PackageId = package.Id, ObjectId = $"urn:uuid:{package.Id}", Store = store, Version = 1, State = CopyState.Good, VerifiedAt = session.Now, LastReadAt = session.Now, LastResult = FixityOutcome.Ok });
            foreach (var (path, content) in contents.Append(KeyValuePair.Create("inventory.json", inventory)))
            {
                var key = KeyOf(package, path);
                Directory.CreateDirectory(Path.GetDirectoryName(PathOf(store, key))!);
                await File.WriteAllBytesAsync(PathOf(store, key), content);
                session.Rows.Copies.Add(new StoredCopy
                {
                    PackageId = package.Id, Store = store, Key = key, Role = CopyRole.Content, Version = 1, Encoding = "identity", Bytes = content.Length, Sha512 = SHA512.HashData(content), State = CopyState.Good,
                    WrittenAt = session.Now, LastReadAt = session.Now, LastResult = FixityOutcome.Ok,
                });
            }
        }
        await session.CommitAsync(default);
        return package;
    }

    protected static string KeyOf(Package package, string path) => $"ocfl/{package.Id:N}/{path}";

    protected string PathOf(string store, string key) => Path.Join(Folder, store, key);

    protected async Task<List<EvidenceBatch>> BatchesAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.EvidenceBatches.AsNoTracking().OrderBy(b => b.CreatedAt).ThenBy(b => b.Id).ToListAsync();
    }

    protected async Task<List<EvidenceToken>> TokensAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.EvidenceTokens.AsNoTracking().OrderBy(t => t.CreatedAt).ThenBy(t => t.Slot).ThenBy(t => t.Id).ToListAsync();
    }

    private TimeStampTrust TrustOf(CatalogueSessions sessions, TimeProvider clock)
    {
        var fetcher = new MaterialFetcher(Options);
        _held.Add(fetcher);
        return new TimeStampTrust(new SignatureCollection(new MaterialLibrary(sessions), fetcher, Options, clock), Options, clock);
    }
}
