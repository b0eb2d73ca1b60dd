using Microsoft.EntityFrameworkCore;
using Npgsql;
using Preservation.Core.Log;

namespace Preservation.Catalogue.Tests;

internal sealed class HistoryTests : CatalogueFixture
{
    private static readonly string[] AppendOnly =
        ["audit_entry", "audit_batch", "audit_seal", "receipt", "premis_event", "package_version", "submission_finding", "evidence_leaf", "agreement_version"];

    [TestCaseSource(nameof(AppendOnly))]
    public async Task The_application_role_can_neither_change_nor_delete_history(string table)
    {
        await AddSubmissionAsync(First);
        foreach (var sql in new[] { $"UPDATE {table} SET xmin = xmin", $"DELETE FROM {table}", $"TRUNCATE {table} CASCADE" })
        {
            await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
            var column = await LastColumnAsync(session, table);
            await using var command = session.Command(sql.Replace("xmin = xmin", $"{column} = {column}", StringComparison.Ordinal));
            var error = await Assert.ThrowsAsync<PostgresException>(async () => await command.ExecuteNonQueryAsync(), sql);
            Assert.That(error!.SqlState, Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege), sql);
        }
    }

    [Test]
    public async Task Not_even_the_owner_changes_an_audit_entry()
    {
        await AddSubmissionAsync(First);
        await using var source = NpgsqlDataSource.Create(Database.Owner);
        await using var command = source.CreateCommand("UPDATE audit_entry SET action = 'other'");
        var error = await Assert.ThrowsAsync<PostgresException>(async () => await command.ExecuteNonQueryAsync());
        Assert.That(error!.MessageText, Does.Contain("append-only"));
    }

    [Test]
    public async Task Sealed_entries_can_be_proven_against_the_head_and_heads_extend_each_other()
    {
        var sealer = new AuditSealer(Database.Sessions);
        await AddSubmissionAsync(First);
        var old = await sealer.SealAsync(default);
        for (var i = 0; i < 5; i++) await AddSubmissionAsync(Second);
        var head = await sealer.SealAsync(default);
        Assert.That(await sealer.SealAsync(default), Is.Null, "nothing is open any more");

        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        var sealedRows = await session.Rows.AuditSeals.OrderBy(s => s.Sequence).Join(session.Rows.AuditEntries, s => s.EntryId, e => e.Id, (s, e) => new { s, e }).OrderBy(x => x.s.Sequence).ToListAsync();
        var leaves = sealedRows.Select(x => MerkleLog.LeafHash(AuditJson.Skeleton(x.e))).ToArray();
        Assert.That(leaves.Select(l => l.ToArray()), Is.EqualTo(sealedRows.Select(x => x.s.LeafHash)), "a leaf is the hash of the skeleton");
        Assert.That(MerkleLog.Head(leaves), Is.EqualTo(head!.Head));
        for (var i = 0; i < leaves.Length; i++)
            Assert.That(MerkleLog.VerifyInclusion(leaves[i], i, leaves.Length, MerkleLog.InclusionProof(leaves, i), [.. head.Head]), Is.True);
        Assert.That(MerkleLog.VerifyConsistency(old!.TreeSize, [.. old.Head], head.TreeSize, [.. head.Head], MerkleLog.ConsistencyProof(leaves, (int)old.TreeSize)), Is.True);
    }

    [Test]
    public async Task Proofs_of_a_longer_log_are_read_from_its_pages_and_without_them_as_well()
    {
        const int count = 700;
        await using (var fill = await Database.Sessions.BeginAsync(CatalogueScope.All, default))
        {
            await using var command = fill.Command("INSERT INTO audit_entry (at, action, subject_kind, subject_id, detail_digest) SELECT $2, 'test', 'none', i::text, sha256(i::text::bytea) FROM generate_series(1, $1) AS i", count, fill.Now);
            await command.ExecuteNonQueryAsync();
            await fill.CommitAsync(default);
        }
        var head = await new AuditSealer(Database.Sessions).SealAsync(default);
        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        Assert.That(await session.Rows.AuditNodes.Select(n => new { n.Height, n.Number }).OrderBy(n => n.Number).ToListAsync(), Is.EqualTo(Enumerable.Range(0, (int)head!.TreeSize / 256).Select(i => new { Height = 8, Number = (long)i })));
        var leaves = (await session.Rows.AuditSeals.OrderBy(s => s.Sequence).Select(s => s.LeafHash).ToListAsync()).Select(l => System.Collections.Immutable.ImmutableArray.Create(l)).ToArray();
        await VerifyAsync();
        await using (var owner = NpgsqlDataSource.Create(Database.Owner))
        await using (var forget = owner.CreateCommand("DELETE FROM audit_node")) await forget.ExecuteNonQueryAsync();
        await VerifyAsync();
        Assert.That(async () => await new AuditTree(session).ProofAsync(MerkleLog.InclusionRanges(head.TreeSize, head.TreeSize + 300), default), Throws.InstanceOf<InvalidDataException>());

        async Task VerifyAsync()
        {
            var tree = new AuditTree(session);
            foreach (var index in new[] { 0, 1, 255, 256, 511, 512, (int)head.TreeSize - 1 })
                Assert.That(await tree.ProofAsync(MerkleLog.InclusionRanges(index, head.TreeSize), default), Is.EqualTo(MerkleLog.InclusionProof(leaves, index)), $"entry {index}");
            foreach (var old in new[] { 1, 255, 256, 257, 600 })
                Assert.That(await tree.ProofAsync(MerkleLog.ConsistencyRanges(old, head.TreeSize), default), Is.EqualTo(MerkleLog.ConsistencyProof(leaves, old)), $"from {old}");
        }
    }

    [Test]
    public async Task An_erased_detail_leaves_its_entry_provable()
    {
        var id = await AddSubmissionAsync(First);
        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        var entry = await session.Rows.AuditEntries.AsNoTracking().SingleAsync(e => e.SubjectId == id.ToString());
        var detail = await session.Rows.AuditDetails.SingleAsync(d => d.EntryId == entry.Id);
        Assert.That(AuditJson.DetailDigest(detail.Salt, detail.Detail!), Is.EqualTo(entry.DetailDigest), "the digest is over the canonical detail");
        await using (var erase = session.Command("UPDATE audit_detail SET detail = NULL, erased_at = $2 WHERE entry_id = $1", entry.Id, session.Now)) Assert.That(await erase.ExecuteNonQueryAsync(), Is.EqualTo(1));
        await session.CommitAsync(default);

        await using var again = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        var after = await again.Rows.AuditEntries.AsNoTracking().SingleAsync(e => e.Id == entry.Id);
        Assert.That(AuditJson.Skeleton(after), Is.EqualTo(AuditJson.Skeleton(entry)));
        await using var rewrite = again.Command("UPDATE audit_detail SET detail = '{}'::jsonb WHERE entry_id = $1", entry.Id);
        await Assert.ThrowsAsync<PostgresException>(async () => await rewrite.ExecuteNonQueryAsync());
    }

    [Test]
    public async Task Work_that_is_rolled_back_leaves_no_audit_entry()
    {
        await using (var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default))
        {
            session.Audit(Person, First, "nothing", "test", "rolled-back", new { });
            await session.FlushAsync(default);
        }
        await using var after = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        Assert.That(await after.Rows.AuditEntries.AnyAsync(e => e.SubjectId == "rolled-back"), Is.False);
    }

    [Test]
    public async Task Every_change_of_people_terms_and_history_enters_the_journal()
    {
        var id = await AddSubmissionAsync(First);
        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        var tables = await session.Rows.JournalEntries.Select(j => j.TableName).Distinct().ToListAsync();
        Assert.That(tables, Is.SupersetOf(new[] { "agency", "agreement", "agreement_version", "audit_entry", "principal", "submission" }));
        var rows = await session.Rows.JournalEntries.Where(j => j.TableName == "submission").Select(j => j.RowData).ToListAsync();
        Assert.That(rows.Count(r => r.Contains(id.ToString(), StringComparison.Ordinal)), Is.EqualTo(1));
    }

    private static async Task<string> LastColumnAsync(CatalogueSession session, string table)
    {
        await using var command = session.Command("SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position DESC LIMIT 1", table);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
