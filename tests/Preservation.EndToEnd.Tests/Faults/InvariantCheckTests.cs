using System.Text;
using Npgsql;

namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>The program that checks the invariants must itself be able to fail: each kind of damage, done by hand, is named by it, and nothing else is.</summary>
internal sealed class InvariantCheckTests
{
    private readonly List<Sending> _sent = [];
    private Archive _archive = null!;

    private string Store => _archive.Deployment.FolderOf(0);

    [OneTimeSetUp]
    public async Task Start()
    {
        _archive = await Archive.StartAsync(inFolders: true);
        foreach (var name in new[] { "một", "hai" })
        {
            var bag = new Bag().Add("a.txt", name).Add("b.txt", new string('b', 3000) + name);
            var package = bag.ToZip();
            _sent.Add(Sending.Of(await _archive.Producer.SubmitAsync(package, "bag.zip"), bag, package));
        }
        foreach (var sent in _sent) await _archive.Producer.FollowAsync(sent.Submission, "preserved");
        var (exit, output) = await InvariantCheck.RunAsync(_archive.Deployment, _sent);
        TestContext.Out.WriteLine(output);
        Assert.That(exit, Is.Zero, output);
        // From here on nothing writes but the tests.
        await _archive.Deployment.KillAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_archive is not null) await _archive.DisposeAsync();
    }

    [Test]
    public async Task Each_damage_to_a_store_is_named()
    {
        var sidecar = Directory.EnumerateFiles(Store, "inventory.json.sha512", SearchOption.AllDirectories).First();
        var contents = Directory.EnumerateFiles(Store, "*.txt", SearchOption.AllDirectories).Where(f => f.Contains("/data/", StringComparison.Ordinal)).Take(2).ToList();
        var (flipped, gone, stray) = (contents[0], contents[1], Path.Join(Path.GetDirectoryName(contents[0]), "stray"));
        var (text, bytes) = (await File.ReadAllTextAsync(sidecar), await File.ReadAllBytesAsync(flipped));
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(flipped, bytes);
        File.Move(gone, gone + ".away");
        await File.WriteAllTextAsync(stray, "x");
        await File.WriteAllTextAsync(sidecar, (text[0] == '0' ? "1" : "0") + text[1..]);
        var (exit, output) = await InvariantCheck.OnceAsync(_archive.Deployment, _sent);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(flipped, bytes);
        File.Move(gone + ".away", gone);
        File.Delete(stray);
        await File.WriteAllTextAsync(sidecar, text);
        Assert.That(exit, Is.EqualTo(1), output);
        string Key(string path) => Path.GetRelativePath(Store, path);
        Assert.That(output, Does.Contain($"VIOLATED 4 every key has the catalogued bytes: first: {Key(flipped)}").And.Contain($"VIOLATED 2 every catalogued key is on its store: first: {Key(gone)}")
            .And.Contain($"VIOLATED 1 nothing unexplained lies on a store: first: {Key(stray)}").And.Contain($"VIOLATED 3 every sidecar is that of its inventory: first: {Key(sidecar)[..^".sha512".Length]}"));
        Assert.That(output, Does.Not.Contain(": second: "), "the other store has nothing");
        Assert.That((await InvariantCheck.OnceAsync(_archive.Deployment, _sent)).Exit, Is.Zero, "the test put everything back");
    }

    [Test]
    public async Task An_acknowledged_submission_that_is_gone_and_a_file_that_was_never_kept_are_named()
    {
        var (_, output) = await InvariantCheck.OnceAsync(_archive.Deployment, [.. _sent, _sent[0] with { Submission = Guid.NewGuid().ToString() }]);
        Assert.That(output, Does.Contain("VIOLATED 1 nothing acknowledged is lost: acknowledged submission"));
        (_, output) = await InvariantCheck.OnceAsync(_archive.Deployment, [_sent[0] with { Payload = new Dictionary<string, byte[]> { ["c.txt"] = Encoding.UTF8.GetBytes("never sent") } }]);
        Assert.That(output, Does.Contain("VIOLATED 1 nothing acknowledged is lost: submission"));
    }

    // Each by itself would be named by its own check; those of one group do not touch what another of it is about.
    private static readonly (string Sql, string Check)[][] Groups =
    [
        [
            ("UPDATE audit_entry SET action = action || 'x' WHERE id = (SELECT min(id) FROM audit_entry)", "5 audit leaves follow from their entries"),
            ("UPDATE audit_detail SET salt = sha256('x') WHERE entry_id = (SELECT min(entry_id) FROM audit_detail WHERE erased_at IS NULL)", "5 audit details follow from their digests"),
            ("UPDATE premis_event SET type = 'transfer' WHERE type = 'replication' AND submission_id IS NOT NULL", "5 each change has its event, once"),
            ("UPDATE receipt SET body = body || ' '::bytea", "1 every outcome has its receipts, whole"),
            ("UPDATE package_copy SET state = 'Missing' WHERE store = 'first'", "2 every object has a good copy on every store"),
            ("UPDATE copy SET sha512 = sha512('x') WHERE id = (SELECT min(id) FROM copy)", "2 the copies of an object are the same"),
            ("UPDATE file SET logical_path = logical_path || 'x' WHERE id = (SELECT min(id) FROM file)", "3 inventories and catalogue name the same files"),
            ("DELETE FROM evidence_leaf WHERE kind = 'File'", "5 everything is under evidence or in line for it"),
        ],
        [
            ("UPDATE audit_seal SET leaf_hash = sha256('x') WHERE sequence = 1", "5 audit heads follow from their leaves"),
            ("UPDATE audit_entry SET action = 'x' WHERE action = 'package.preserved'", "5 each change has its audit entry, once"),
            ("UPDATE submission SET state = 'Rejected'", "1 nothing is there twice"),
            ("DELETE FROM package_copy WHERE store = 'first' AND object_id = (SELECT min(object_id) FROM package_copy)", "1 each object on a store is one the catalogue has, and the other way"),
            ("UPDATE journal_segment SET sha512 = sha512('x') WHERE number = 1", "3 each journal segment is an object on the stores"),
        ],
        [
            ("DELETE FROM audit_seal WHERE sequence = (SELECT max(sequence) FROM audit_seal)", "5 every audit entry is sealed"),
            ("UPDATE submission SET state = 'Archiving'", "1 every submission has ended"),
            ("UPDATE copy SET role = 'Sidecar' WHERE store = 'first'", "2 every file lies in every copy of its package"),
        ],
    ];

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task Each_row_that_was_changed_is_named(int group)
    {
        var (exit, output) = await WithCatalogueAsync(async copy =>
        {
            foreach (var (sql, _) in Groups[group])
                await ExecuteAsync(copy, $"ALTER TABLE {sql.Split(' ')[sql.StartsWith("DELETE", StringComparison.Ordinal) ? 2 : 1]} DISABLE TRIGGER USER; {sql}");
        });
        Assert.That(exit, Is.EqualTo(1), output);
        foreach (var (_, check) in Groups[group]) Assert.That(output, Does.Contain($"VIOLATED {check}: "));
    }

    [Test]
    public async Task A_repair_without_its_events_is_named_and_that_of_a_canary_is_not_for_it_has_none()
    {
        const string Check = "VIOLATED 5 each repair has its events: ";
        const string Problem = """
            INSERT INTO fixity_problem (id, run_id, package_id, store, key, outcome, expected_sha512, found_at, repaired_at, action)
            SELECT gen_random_uuid(), (SELECT id FROM run), p.package_id, 'first', 'k', 'Missing', sha512('x'), now(), now(), 'repaired' FROM
            """;
        const string Run = "WITH run AS (INSERT INTO fixity_run (id, kind, state, created_at, cutoff) VALUES (gen_random_uuid(), 'Scheduled', 'Ended', now(), now()) RETURNING id) ";
        const string Canary = "INSERT INTO canary_object (package_id, store, ordinal, made_at) VALUES (gen_random_uuid(), 'first', 1000, now());";
        var (exit, output) = await WithCatalogueAsync(copy => ExecuteAsync(copy, $"{Canary} {Run} {Problem} (SELECT package_id FROM canary_object WHERE ordinal = 1000) p"));
        Assert.That(exit, Is.Zero, output);
        (exit, output) = await WithCatalogueAsync(copy => ExecuteAsync(copy, $"{Run} {Problem} (SELECT id AS package_id FROM package LIMIT 1) p"));
        Assert.That(exit, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain(Check));
    }

    // A catalogue of its own for each damage. The triggers keep the application from it; an administrator can.
    private async Task<(int Exit, string Output)> WithCatalogueAsync(Func<string, Task> damage)
    {
        var catalogue = new NpgsqlConnectionStringBuilder(_archive.Deployment.Database) { Pooling = false };
        var copy = new NpgsqlConnectionStringBuilder(catalogue.ConnectionString) { Database = $"e2e_{Guid.NewGuid():N}" };
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync(Machine.Setting("Preservation__Database__Owner"), $"CREATE DATABASE {copy.Database} TEMPLATE {catalogue.Database}");
        try
        {
            await damage(copy.ConnectionString);
            return await InvariantCheck.OnceAsync(_archive.Deployment, _sent, copy.ConnectionString);
        }
        finally
        {
            await ExecuteAsync(Machine.Setting("Preservation__Database__Owner"), $"DROP DATABASE {copy.Database}");
        }
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
