using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Packages;
using Preservation.Packages.Tt05;
using Preservation.Testing.Databases;
using Preservation.Workflow.Access;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Journal;
using Preservation.Workflow.Options;
using Preservation.Workflow.Rebuild;
using Preservation.Workflow.Tests.TimeStamping;
using Preservation.Workflow.Tests.Verdicts;
using Preservation.Workflow.TimeStamping;
using Preservation.Workflow.Transfers;

namespace Preservation.Workflow.Tests.Rebuild;

/// <summary>An archive with some of everything, and a second database into which its catalogue is made again.</summary>
internal abstract class RebuildFixture : IngestFixture
{
    private TestTsa _tsa = null!;

    protected TestDatabase Other { get; private set; } = null!;

    protected Guid ByPerson { get; } = Guid.NewGuid();

    protected override void Configure(PreservationOptions options)
    {
        base.Configure(options);
        _tsa ??= TestTsa.StartAsync("tsa", Clock).GetAwaiter().GetResult();
        var anchors = Directory.CreateDirectory(Path.Join(Folder, "tsa")).FullName;
        File.WriteAllText(Path.Join(anchors, "tsa.crt"), _tsa.Tokens.Certificate.ExportCertificatePem());
        options.TimeStamps.Authorities.Add(new TimeStampAuthorityOptions { Name = _tsa.Name, Url = _tsa.Url });
        (options.TimeStamps.Anchors, options.TimeStamps.MaxAge) = (anchors, TimeSpan.FromMinutes(10));
    }

    [SetUp]
    public async Task OpenOther() => Other = await TestDatabase.CreateAsync(Clock);

    [TearDown]
    public async Task CloseOther()
    {
        if (Other is not null) await Other.DisposeAsync();
        if (_tsa is not null) await _tsa.DisposeAsync();
        _tsa = null!;
    }

    protected static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>People, terms, a code, a fonds and a grant.</summary>
    protected async Task FoundAsync()
    {
        await using var session = await BeginAsync();
        session.Rows.AgencyCodes.Add(new AgencyCode { Id = Guid.NewGuid(), AgencyId = Agency, Code = "H50", ValidFrom = new DateOnly(2020, 1, 1) });
        session.Rows.Fonds.Add(new Preservation.Catalogue.Model.Fonds { Id = Guid.NewGuid(), AgencyId = Agency, Code = "H50.P01", Name = "Phông", IsOpen = true, CreatedAt = session.Now });
        session.Rows.Credentials.Add(new Credential { Id = Guid.NewGuid(), PrincipalId = Person, Kind = CredentialKind.ApiKey, Lookup = "x", SecretHash = [1, 2], CreatedAt = session.Now });
        session.Rows.RoleGrants.Add(new RoleGrant { Id = Guid.NewGuid(), PrincipalId = Person, Role = Role.Auditor, Scope = GrantScope.Everything, Basis = "QĐ 1", ValidFrom = session.Now, CreatedAt = session.Now });
        var agreement = await session.Rows.Agreements.SingleAsync();
        session.Rows.AgreementVersions.Add(new AgreementVersion { Id = ByPerson, AgreementId = agreement.Id, Version = 2, EffectiveFrom = session.Now, Terms = """{"approval":"person"}""", CreatedAt = session.Now });
        session.Audit(Person, Agency, "fonds.added", "fonds", "H50.P01", new { name = "Phông" });
        await session.CommitAsync(default);
    }

    protected async Task ApproveAsync(Guid submission)
    {
        var approver = Guid.NewGuid();
        await using var session = await BeginAsync();
        session.Rows.Principals.Add(new Principal { Id = approver, Kind = PrincipalKind.Person, Name = "Trần Thị B", ValidFrom = session.Now, CreatedAt = session.Now });
        await session.FlushAsync(default);
        Assert.That(await Decisions.ApproveAsync(session, new Caller(approver, PrincipalKind.Person, "Trần Thị B", null, []), submission, default), Is.EqualTo(DecisionOutcome.Done));
        await session.CommitAsync(default);
    }

    /// <summary>A registration and its round, closed, with minutes; and where a person wants mail.</summary>
    protected async Task MinuteAsync()
    {
        await using (var session = await BeginAsync())
        {
            var (id, today) = (Guid.NewGuid(), DateOnly.FromDateTime(session.Now.UtcDateTime));
            session.Rows.Registrations.Add(new Registration
            {
                Id = id, AgencyId = Agency, AgreementId = await session.Rows.Agreements.Select(a => a.Id).SingleAsync(), Code = "NL.H50.2026.01", Year = 2026, Ordinal = 1, Title = "Hồ sơ", PlannedPackages = 1, PlannedFrom = today,
                State = RegistrationState.Accepted, RequestedBy = Person, RequestedAt = session.Now, AnswerDue = today,
            });
            await session.FlushAsync(default);
            session.Rows.RegistrationRounds.Add(new RegistrationRound { Id = Guid.NewGuid(), RegistrationId = id, Number = 1, OpensOn = today, ClosesOn = today, PlannedPackages = 1, OpenedBy = Person, OpenedAt = session.Now, ClosedBy = Person, ClosedAt = session.Now });
            session.Rows.MailChoices.Add(new MailChoice { PrincipalId = Person, Address = "a@example.gov.vn", Language = "vi", Frequency = MailFrequency.Daily, ChangedBy = Person, ChangedAt = session.Now });
            await session.CommitAsync(default);
        }
        await Services.GetRequiredService<RoundMinutes>().RunAsync(default);
    }

    /// <summary>A dossier of Circular 05/2025 with two documents.</summary>
    protected async Task<byte[]> DossierAsync()
    {
        var folder = Directory.CreateDirectory(Path.Join(Folder, "dossier")).FullName;
        foreach (var name in (string[])["a.txt", "b.txt"]) await File.WriteAllTextAsync(Path.Join(folder, name), $"Quyết định {name}");
        const string Json = """
            {"registrationCode":"01.NL.H50.2024","recordStatus":"NEW","agency":{"code":"H50","name":"Sở Nội vụ"},"fonds":{"code":"H50.P01"},"ordinalInRound":1,
             "dossier":{"fileCode":"H50.2024.A","title":"Hồ sơ A về việc số hóa","maintenance":"01","mode":"01","language":["01"],"startDate":"2024-01-15","endDate":"2024-06-12","keyword":"số hóa","numberOfPaper":"1","confidenceLevel":"03","riskRecovery":"0","description":"Người lập hồ sơ: Đỗ Thùy Dương"},
             "defaults":{"document":{"organName":"Sở Nội vụ","language":["01"],"numberOfPage":"1","mode":"01","riskRecovery":"0"}},
             "documents":[{"kind":"doc","docId":"H50.2024.0001","docCode":"H50.2024.A.0000001","typeName":"02","codeNumber":"112","codeNotation":"QĐ-A","issuedDate":"2024-01-15","subject":"Quyết định 1","confidenceLevel":"01","process":"0","file":"a.txt"},
                          {"kind":"doc","docId":"H50.2024.0002","docCode":"H50.2024.A.0000002","typeName":"02","codeNumber":"113","codeNotation":"QĐ-A","issuedDate":"2024-01-16","subject":"Quyết định 2","confidenceLevel":"01","process":"0","file":"b.txt"}]}
            """;
        var (source, findings) = await Tt05Source.ReadAsync(new MemoryStream(Text(Json)), Limits.Default, default);
        Assert.That(source, Is.Not.Null, string.Join("; ", findings));
        using var zip = new MemoryStream();
        await using (var tree = new FolderTree(folder))
        {
            var packed = await Tt05Packer.PackAsync(tree, source!, zip, new PackOptions(Clock.GetUtcNow(), Guid.NewGuid), default);
            Assert.That(packed.ObjId, Is.Not.Null, string.Join("; ", packed.Findings));
        }
        return zip.ToArray();
    }

    /// <summary>A byte is damaged in one store behind its back, found and repaired.</summary>
    protected async Task DamageAndRepairAsync(Guid package)
    {
        string key;
        Clock.Advance(TimeSpan.FromSeconds(1));
        await using (var session = await BeginAsync())
        {
            key = await session.Rows.Copies.Where(c => c.PackageId == package && c.Store == "a" && c.Role == CopyRole.Content).OrderBy(c => c.Key).Select(c => c.Key).FirstAsync();
            FixityRunner.Add(session, RunKind.OnDemand, Person, package, session.Now);
            await session.CommitAsync(default);
        }
        Damage("a", key);
        await Services.GetRequiredService<FixityRunner>().WorkAsync(default);
    }

    protected void Damage(string store, string key)
    {
        var path = Path.Join(Folder, store, key);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = file.Length / 2;
        var there = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(there ^ 1));
    }

    protected async Task StampAsync()
    {
        Clock.Advance(TimeSpan.FromMinutes(11));
        await Services.GetRequiredService<EvidenceBatcher>().RunAsync(default);
    }

    /// <summary>Brings material to the stores, seals the log and writes the journal until nothing is open.</summary>
    protected async Task SettleAsync()
    {
        await HarvestAsync();
        while (await Services.GetRequiredService<AuditSealer>().SealAsync(default) is not null) { }
        await Services.GetRequiredService<JournalWriter>().RunAsync(default);
        await Services.GetRequiredService<JournalWriter>().RunAsync(default);
        Assert.That(await ScalarAsync(Database.Owner, "SELECT count(*) FROM journal_entry"), Is.Zero, "the journal comes to rest");
    }

    /// <summary>Makes the catalogue again in the other database, from a store.</summary>
    protected async Task<RebuildReport> RebuildAsync(string store = "a", bool isOverDump = false, string[]? others = null)
    {
        await using var owner = NpgsqlDataSource.Create(Other.Owner);
        var roots = Services.GetRequiredService<StoreSet>().Roots;
        return await new CatalogueRebuild(owner, roots[store], [.. (others ?? []).Select(o => roots[o])], Clock).RunAsync(isOverDump, _ => false, _ => { }, default);
    }

    /// <summary>Every table of the two databases, row by row, but for what <see cref="CatalogueTables"/> names.</summary>
    protected async Task AssertSameAsync(Func<string, string>? where = null)
    {
        var tables = await ColumnAsync(Database.Owner, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'qrtz%' ORDER BY 1");
        Assert.That(tables, Is.EquivalentTo(CatalogueTables.Restored.Keys.Concat(CatalogueTables.Left.Keys)), "every table is restored, or left with a reason");
        await Assert.MultipleAsync(async () =>
        {
            foreach (var (table, columns) in CatalogueTables.Restored)
            {
                var sql = $"SELECT (to_jsonb(t) - ARRAY[{string.Join(", ", columns.Keys.Append("").Select(c => $"'{c}'"))}])::text FROM {table} t{where?.Invoke(table)} ORDER BY 1";
                Assert.That(await ColumnAsync(Other.Owner, sql), Is.EqualTo(await ColumnAsync(Database.Owner, sql)), table);
            }
        });
    }

    protected static async Task<List<string>> ColumnAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync()) values.Add(reader.GetString(0));
        return values;
    }

    protected static async Task<object?> ScalarAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
