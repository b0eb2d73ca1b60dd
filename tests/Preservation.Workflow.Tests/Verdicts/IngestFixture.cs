using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Preservation.Catalogue.Model;
using Preservation.Testing.Certificates;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;
using Preservation.Workflow.Staging;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.Tests.Verdicts;

/// <summary>The service's own parts over a real PostgreSQL and two stores in folders: bags with signed files are taken in as the workers do it.</summary>
internal abstract class IngestFixture : WorkflowFixture
{
    protected const string SignedFile = "submission/data/quyết định.txt.p7s";
    private string _identifier = "";
    private CleanScanner _scanner = null!;

    protected ServiceProvider Services { get; private set; } = null!;

    protected TestAuthority Root { get; private set; } = null!;

    protected override string Terms => """{"approval":"automatic"}""";

    protected static byte[] Content { get; } = Encoding.UTF8.GetBytes("Quyết định số 112/QĐ-SNV");

    [OneTimeSetUp]
    public void MakeAuthority() => Root = new TestAuthority();

    [OneTimeTearDown]
    public void EndAuthority() => Root.Dispose();

    [SetUp]
    public async Task StartServices()
    {
        _scanner = new CleanScanner();
        Directory.CreateDirectory(Path.Join(Folder, "drop"));
        Directory.CreateDirectory(Path.Join(Folder, "anchors"));
        await File.WriteAllTextAsync(Path.Join(Folder, "anchors", "root.pem"), Root.Certificate.ExportCertificatePem());
        var seal = Root.IssueSigner("Seal");
        var (certificate, key) = TestAuthority.ToPem(seal);
        await File.WriteAllTextAsync(Path.Join(Folder, "seal.crt"), certificate);
        await File.WriteAllTextAsync(Path.Join(Folder, "seal.key"), key);
        Services = Build();
        await Services.GetRequiredService<StoreSet>().RegisterAsync(Database.Sessions, default);
    }

    [TearDown]
    public async Task StopServices()
    {
        await Services.DisposeAsync();
        await _scanner.DisposeAsync();
    }

    /// <summary>Another process in the place of this one, as it is configured now.</summary>
    protected void Restart() => Services = Build();

    /// <summary>The parts of a process; another is another process.</summary>
    protected ServiceProvider Build() => new ServiceCollection().AddPreservation()
        .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
        .AddSingleton<TimeProvider>(Clock).AddSingleton(Database.Source).AddSingleton(Settings.Of(Configure)).BuildServiceProvider();

    protected virtual void Configure(PreservationOptions options)
    {
        options.Staging.Path = Path.Join(Folder, "staging");
        foreach (var name in (string[])["a", "b"]) options.Stores.Add(new StoreOptions { Name = name, Path = Path.Join(Folder, name), Fsync = false });
        options.Copies.Waiver = "a test";
        (options.VirusScan.Host, options.VirusScan.Port) = ("127.0.0.1", _scanner.Port);
        options.Trust.Anchors = Path.Join(Folder, "anchors");
        options.Trust.SecondOpinion = SecondOpinionMode.Never;
        options.Collection.Hosts.Add("127.0.0.1");
        options.Collection.PrivateAddresses = true;
        options.Collection.DropFolder = Path.Join(Folder, "drop");
        (options.Seal.CertificateFile, options.Seal.KeyFile) = (Path.Join(Folder, "seal.crt"), Path.Join(Folder, "seal.key"));
    }

    /// <summary>Takes a bag in, from staging to its end; returns the submission.</summary>
    protected Task<Submission> IngestAsync(params (string Name, byte[] Bytes)[] files) => IngestAsync(_ => { }, files);

    /// <summary>The same of a submission that is not as others are.</summary>
    protected Task<Submission> IngestAsync(Action<Submission> change, params (string Name, byte[] Bytes)[] files) => IngestAsync(change, isNew =>
    {
        if (isNew) _identifier = $"urn:uuid:{Guid.NewGuid()}";
        return Bag(_identifier, files);
    });

    /// <summary>The same of any zip.</summary>
    protected async Task<Submission> IngestAsync(Action<Submission> change, Func<bool, byte[]> package)
    {
        var key = Guid.NewGuid().ToString("N");
        var isNew = true;
        var id = await AddSubmissionAsync(change: s =>
        {
            s.StagingKey = key;
            change(s);
            isNew = s.RecordStatus != "SUPPLEMENT";
        });
        await File.WriteAllBytesAsync(Services.GetRequiredService<StagingArea>().PathOf(key), package(isNew));
        await WorkAsync();
        await using var session = await BeginAsync();
        return await session.Rows.Submissions.AsNoTracking().SingleAsync(s => s.Id == id);
    }

    /// <summary>Does what the workers would do, until nothing is left to do.</summary>
    protected async Task WorkAsync()
    {
        var queue = Services.GetRequiredService<SubmissionQueue>();
        while (await queue.ClaimAsync(default) is { } claim)
            if (claim.State == SubmissionState.Archiving) await Services.GetRequiredService<ArchiveSubmission>().RunAsync(claim, default);
            else await Services.GetRequiredService<CheckSubmission>().RunAsync(claim, default);
    }

    /// <summary>A bag with a document and its detached signature, taken in.</summary>
    protected async Task<Guid> IngestSignedAsync(X509Certificate2 signer)
    {
        var submission = await IngestAsync(("quyết định.txt", Content), ("quyết định.txt.p7s", Sign(signer)));
        Assert.That(submission.State, Is.EqualTo(SubmissionState.Preserved), submission.LastProblem);
        return submission.PackageId!.Value;
    }

    protected static byte[] Sign(X509Certificate2 signer)
    {
        var cms = new SignedCms(new ContentInfo(Content), detached: true);
        cms.ComputeSignature(new CmsSigner(signer) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly }, silent: true);
        return cms.Encode();
    }

    protected async Task<List<SignatureVerdict>> VerdictsAsync(Guid package)
    {
        await using var session = await BeginAsync();
        return await session.Rows.SignatureVerdicts.AsNoTracking().Where(v => v.PackageId == package).OrderBy(v => v.RecordedAt).ThenBy(v => v.Id).ToListAsync();
    }

    /// <summary><c>etsi TotalPassed, …</c> of the first signature.</summary>
    protected static string Said(SignatureVerdict verdict) =>
        string.Join(", ", VerdictMaker.SignaturesOf(verdict)[0].Verdicts.Select(v => $"{v.Policy} {v.Indication} {v.SubIndication}".TrimEnd()));

    /// <summary>Replays every verdict that has a report; each must come out the same.</summary>
    protected async Task AssertReplayedAsync(Guid package)
    {
        foreach (var verdict in (await VerdictsAsync(package)).Where(v => v.Report is not null))
        {
            var outcome = await Services.GetRequiredService<VerdictReplay>().RunAsync(verdict.Id, default);
            await using var session = await BeginAsync();
            Assert.That(outcome, Is.EqualTo(ReplayOutcome.Same), $"{verdict.Path} {verdict.Reason}: {string.Join("; ", await session.Rows.Tasks.Where(t => t.Kind == TaskKinds.VerdictReplay).Select(t => t.Subject).ToListAsync())}");
        }
    }

    protected Task HarvestAsync() => Services.GetRequiredService<MaterialHarvest>().RunAsync(default);

    protected Task RemakeAsync() => Services.GetRequiredService<VerdictRemaking>().RunAsync(default);

    protected static byte[] Bag(string identifier, (string Name, byte[] Bytes)[] files) => Zip(
    [
        ("bag/bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"u8.ToArray()),
        ("bag/bag-info.txt", Encoding.UTF8.GetBytes($"External-Identifier: {identifier}\n")),
        ("bag/manifest-sha512.txt", Encoding.UTF8.GetBytes(string.Concat(files.Select(f => $"{Convert.ToHexStringLower(SHA512.HashData(f.Bytes))}  data/{f.Name}\n")))),
        .. files.Select(f => ("bag/data/" + f.Name, f.Bytes)),
    ]);

    protected static byte[] Zip(params (string Name, byte[] Bytes)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, bytes) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        return stream.ToArray();
    }
}
