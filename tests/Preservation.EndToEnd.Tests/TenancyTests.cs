using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;

namespace Preservation.EndToEnd.Tests;

/// <summary>Everyone stays in their room: over the API for every endpoint the running service has, and in SQL as the application's own role.</summary>
internal sealed partial class TenancyTests
{
    private const string C = "councilChair", M = "councilMember", X = "disposalExecutor";
    private const string P = "producer", I = "ingestArchivist", A = "approver", O = "preservationOfficer", R = "referenceArchivist", U = "auditor", S = "administrator";

    /// <summary>Who may read what of the own agency (vietnam.md §4.4). Administrators have no content, officers and auditors no content of files, readers nothing yet.</summary>
    private static readonly Dictionary<string, string[]> MayRead = new()
    {
        ["/agencies"] = [P, I, A, O, R, C, M, X, "reader", U, S],
        ["/fonds"] = [P, I, A, O, R, C, M, X, "reader", U, S],
        ["/notices"] = [P, I, A, O, R, C, M, X, "reader", U, S],
        ["/mail"] = [P, I, A, O, R, C, M, X, "reader", U, S],
        ["/agreements"] = [P, I, A, O, U, S],
        ["/principals"] = [],
        ["/principals/{id}/credentials"] = [],
        ["/principals/{id}/mail"] = [],
        ["/submissions"] = [P, I, A, O, U],
        ["/submissions/{id}"] = [P, I, A, O, U],
        ["/submissions/{id}/receipts/{kind}"] = [P, I, A, O, U],
        ["/submissions/{id}/receipts/{kind}/seal"] = [P, I, A, O, U],
        ["/submissions/{id}/findings"] = [P, I, A, O, U],
        ["/submissions/{id}/decisions"] = [P, I, A, O, U],
        ["/decisions/queue"] = [I, A, U],
        ["/registrations/{id}/decisions"] = [P, I, A, U],
        ["/registrations/{id}/rounds/{number}/documents"] = [P, I, A, U],
        ["/registrations/{id}/rounds/{number}/documents/{part}"] = [P, I, A, U],
        ["/registrations/{id}/rounds/{number}/documents/{part}/seal"] = [P, I, A, U],
        ["/registrations"] = [P, I, A, U],
        ["/registrations/{id}"] = [P, I, A, U],
        ["/deadlines"] = [P, I, A, U],
        ["/uploads"] = [P],
        ["/packages"] = [P, I, A, O, R, U],
        ["/packages/{id}"] = [P, I, A, O, R, U],
        ["/packages/{id}/versions"] = [P, I, A, O, R, U],
        ["/packages/{id}/verdicts"] = [P, I, A, O, R, U],
        ["/packages/{id}/files"] = [P, I, A, O, R, U],
        ["/packages/{id}/files/{path}"] = [P, I, A, R],
        ["/packages/{id}/provenance"] = [P, I, A, O, R, U],
        ["/packages/{id}/evidence"] = [P, I, A, O, R, U],
        ["/packages/{id}/evidence/trace"] = [P, I, A, O, R, U],
        ["/evidence/report"] = [],
        ["/packages/{id}/evidence/content"] = [P, I, A, R],
        ["/packages/{id}/case"] = [U],
        ["/packages/{id}/case/file"] = [U],
        ["/documents"] = [P, I, A, O, R, U],
        ["/fixity/runs"] = [],
        ["/fixity/report"] = [],
        ["/fixity/reports"] = [],
        ["/fixity/reports/{id}/{part}"] = [],
        ["/fixity/reports/{id}/{part}/seal"] = [],
        ["/reconciliation"] = [],
        ["/stores"] = [],
        ["/escrow/reports/{id}"] = [],
        ["/escrow/reports/{id}/seal"] = [],
        ["/escrow/orders"] = [],
        ["/escrow/orders/{id}"] = [],
        ["/disposal/orders"] = [],
        ["/disposal/orders/{id}"] = [],
        ["/packages/{id}/holds"] = [A, O, U],
        ["/drills"] = [],
        ["/log/heads"] = [P, A, O, U],
        ["/log/entries"] = [U],
        ["/log/proofs"] = [P, A, O, U],
        ["/log/export"] = [P, A, O, U],
        ["/log/keys"] = [P, A, O, U],
        ["/submissions/{id}/receipts/{kind}/evidence"] = [P, I, A, O, U],
        ["/tasks"] = [I, A, O, R, U, S],
        ["/tasks/{id}"] = [A, U],
        ["/events"] = [P, I, A, O, U],
        ["/webhooks"] = [P, S],
        ["/webhooks/{id}/deliveries"] = [P, S],
    };

    /// <summary>Query parameters that name nobody's thing.</summary>
    private static readonly string[] NeutralParameters = ["limit", "before", "after", "state", "format", "date", "oldSize", "size", "language", "since", "by", "type", "kind", "mine", "overdue"];

    private const string Profile = "urn:preservation:profile:packages-with-evidence-records:1";

    private Rooms _rooms = null!;

    [OneTimeSetUp]
    public async Task Start() => _rooms = await Rooms.StartAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_rooms is not null) await _rooms.DisposeAsync();
    }

    [Test]
    public void Outside_the_api_only_what_is_open_to_all_is_served() =>
        Assert.That(_rooms.Paths.EnumerateObject().Select(p => p.Name).Where(p => !p.StartsWith("/api/v1/", StringComparison.Ordinal)),
            Is.SubsetOf(new[] { "/health/live", "/health/ready", "/metrics", "/development/tsa" }));

    [Test]
    public async Task Own_things_are_read_by_the_roles_that_may_and_by_nobody_else()
    {
        var wrong = new List<string>();
        var asked = 0;
        foreach (var (template, _) in Operations("get"))
        {
            Assert.That(MayRead, Does.ContainKey(template), "a new endpoint needs its line in the table of who may read it");
            var path = Fill(template, _rooms.Own, _rooms.Own.Submissions[0]) + Needed(template, _rooms.Own);
            foreach (var (caller, key) in _rooms.Callers)
            {
                asked++;
                var (status, body) = await _rooms.SendAsync(HttpMethod.Get, path, key);
                var expected = key is null ? HttpStatusCode.Unauthorized : MayRead[template].Contains(caller) ? HttpStatusCode.OK
                    : template == "/tasks/{id}" && MayRead["/tasks"].Contains(caller) ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden; // a role has its own tasks
                if (status != expected) wrong.Add($"{caller}: GET {path} gave {(int)status}, not {(int)expected}");
                if (Foreign(body) is { } mark) wrong.Add($"{caller}: GET {path} shows {mark}");
            }
        }
        Assert.That(wrong, Is.Empty);
        await TestContext.Out.WriteLineAsync($"own things: {asked} requests, {Operations("get").Count()} endpoints x {_rooms.Callers.Count} callers");
    }

    [Test]
    public async Task Things_of_another_agency_cannot_be_read_and_nothing_of_them_is_told()
    {
        var wrong = new List<string>();
        var asked = 0;
        foreach (var (template, operation) in Operations("get"))
            foreach (var path in ForeignPaths(template, operation).ToList())
                foreach (var (caller, key) in _rooms.Callers)
                {
                    asked++;
                    var (status, body) = await _rooms.SendAsync(HttpMethod.Get, path, key);
                    var mayBeServed = !template.Contains('{', StringComparison.Ordinal) && !path.Contains("?entry=", StringComparison.Ordinal) && MayRead[template].Contains(caller);
                    var refused = key is null ? status == HttpStatusCode.Unauthorized : status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound;
                    if (!refused && !(mayBeServed && status is HttpStatusCode.OK or HttpStatusCode.BadRequest)) wrong.Add($"{caller}: GET {path} gave {(int)status}");
                    if (Foreign(body) is { } mark) wrong.Add($"{caller}: GET {path} shows {mark}");
                }
        Assert.That(wrong, Is.Empty);
        await TestContext.Out.WriteLineAsync($"another agency's things: {asked} requests, {Operations("get").Count()} endpoints x {_rooms.Callers.Count} callers x ways to ask");
    }

    [Test]
    public async Task Its_own_people_do_see_what_the_others_were_refused()
    {
        var key = await _rooms.Archive.AddPrincipalAsync("auditor", "person", _rooms.Foreign.Agency);
        foreach (var template in MayRead.Where(r => r.Value.Contains(U) && r.Key is not "/log/heads" and not "/log/proofs" and not "/log/export" and not "/log/keys" and not "/notices" and not "/mail").Select(r => r.Key))
        {
            var (status, body) = await _rooms.SendAsync(HttpMethod.Get, Fill(template, _rooms.Foreign, _rooms.Foreign.Submissions[0]) + Needed(template, _rooms.Foreign), key);
            Assert.That(status, Is.EqualTo(HttpStatusCode.OK), template);
            if (!template.EndsWith("/seal", StringComparison.Ordinal) && !template.EndsWith("/evidence", StringComparison.Ordinal) && !template.EndsWith("/case/file", StringComparison.Ordinal) && !template.EndsWith("/holds", StringComparison.Ordinal)) Assert.That(Foreign(body), Is.Not.Null, template);
        }
    }

    [Test]
    public async Task Nothing_of_another_agency_can_be_changed()
    {
        var before = await StateAsync();
        var wrong = new List<string>();
        var asked = 0;
        foreach (var (template, _) in Operations("post"))
            foreach (var (caller, key) in _rooms.Callers)
            {
                asked++;
                var (path, body, expected) = Attempt(template);
                var (status, answer) = await _rooms.SendAsync(HttpMethod.Post, path, key, body);
                var fits = key is null ? status == HttpStatusCode.Unauthorized : status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound || (status == expected && MayCall(template, caller));
                if (!fits) wrong.Add($"{caller}: POST {path} gave {(int)status} {answer}");
                if (Foreign(answer) is { } mark) wrong.Add($"{caller}: POST {path} shows {mark}");
            }
        Assert.That(wrong, Is.Empty);
        Assert.That(await StateAsync(), Is.EqualTo(before));
        await TestContext.Out.WriteLineAsync($"changes: {asked} requests, {Operations("post").Count()} endpoints x {_rooms.Callers.Count} callers");

        // What a submission names is answered as what does not exist: with the same words. The protocol's own profile is nobody's, and a search finds nothing.
        static bool MayCall(string template, string caller) => template is "/preservation/RetrieveInfo" or "/preservation/Search" ? caller is P or I or A or O or R or U : caller == P || template == "/mail" || (template == "/webhooks" && caller == S);
    }

    [Test]
    public async Task An_upload_of_another_agency_can_be_neither_looked_at_nor_added_to_nor_ended_nor_begun()
    {
        var before = await StateAsync();
        var wrong = new List<string>();
        var operations = Operations("head").Concat(Operations("patch")).Concat(Operations("delete")).ToList();
        Assert.That(operations.Select(o => o.Template), Is.EqualTo(Enumerable.Repeat("/uploads/{id}", 3)), "a new method needs its own attempt");
        (string, string)[] beginning = [("Tus-Resumable", "1.0.0"), ("Upload-Length", "5"), ("Upload-Metadata", $"agreement {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{_rooms.Foreign.Word}-automatic"))}")];
        foreach (var (caller, key) in _rooms.Callers)
        {
            foreach (var method in new[] { HttpMethod.Head, HttpMethod.Patch, HttpMethod.Delete })
            {
                var piece = method == HttpMethod.Patch ? new ByteArrayContent([1]) { Headers = { ContentType = new("application/offset+octet-stream") } } : null;
                var (status, body) = await _rooms.SendAsync(method, $"/api/v1/uploads/{_rooms.Foreign.Upload}", key, piece, ("Tus-Resumable", "1.0.0"), ("Upload-Offset", "0"));
                var expected = key is null ? HttpStatusCode.Unauthorized : caller == P ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden;
                if (status != expected || Foreign(body) is not null) wrong.Add($"{caller}: {method} gave {(int)status}, not {(int)expected}: {body}");
            }
            var begun = await _rooms.SendAsync(HttpMethod.Post, "/api/v1/uploads", key, null, beginning);
            var refusal = key is null ? HttpStatusCode.Unauthorized : caller == P ? HttpStatusCode.BadRequest : HttpStatusCode.Forbidden;
            if (begun.Status != refusal) wrong.Add($"{caller}: POST gave {(int)begun.Status}, not {(int)refusal}: {begun.Body}");
        }
        Assert.That(wrong, Is.Empty);
        Assert.That(await StateAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_role_in_one_agency_and_another_role_elsewhere_do_not_add_up()
    {
        var administrator = _rooms.Archive.Administrator;
        var id = (await administrator.PostAsync("/api/v1/principals", new { kind = "person", name = "Hai vai", agencyId = _rooms.Own.Agency })).GetProperty("id").GetString();
        await administrator.PostAsync($"/api/v1/principals/{id}/grants", new { role = "approver", scope = "agency", agencyId = _rooms.Own.Agency, basis = "test" });
        await administrator.PostAsync($"/api/v1/principals/{id}/grants", new { role = "referenceArchivist", scope = "agency", agencyId = _rooms.Foreign.Agency, basis = "test" });
        var key = (await administrator.PostAsync($"/api/v1/principals/{id}/keys", new { })).GetProperty("key").GetString();
        var waiting = _rooms.Foreign.Submissions[2];
        Assert.That((await _rooms.SendAsync(HttpMethod.Post, $"/api/v1/submissions/{waiting}/approve", key)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await _rooms.SendAsync(HttpMethod.Get, $"/api/v1/submissions/{waiting}", key)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await _rooms.SendAsync(HttpMethod.Get, $"/api/v1/packages/{_rooms.Foreign.Package}", key)).Status, Is.EqualTo(HttpStatusCode.OK), "there he is a reference archivist");
        var tasks = await _rooms.SendAsync(HttpMethod.Get, "/api/v1/tasks", key);
        Assert.That(tasks.Body, Does.Contain(_rooms.Own.Task).And.Not.Contain(_rooms.Foreign.Task), "a task of the approvers there is none of his");
        var decision = await _rooms.SendAsync(HttpMethod.Post, $"/api/v1/tasks/{_rooms.Foreign.Task}/decide", key, new { decision = "xong" });
        Assert.That(decision.Status, Is.EqualTo(HttpStatusCode.NotFound), decision.Body);
    }

    [Test]
    public async Task In_sql_the_application_role_sees_no_row_of_another_agency()
    {
        var rows = 0;
        var tables = await _rooms.ColumnAsync("SELECT DISTINCT tablename::text FROM pg_policies WHERE schemaname = 'public' ORDER BY 1");
        Assert.That(tables, Has.Count.GreaterThan(20));
        var withRows = new List<string>();
        foreach (var table in tables)
        {
            Assert.That(TenancySql.RowsOf.Keys.Concat(TenancySql.OfTheServiceAlone), Does.Contain(table), "a new table with a policy needs to say which rows are an agency's");
            if (!TenancySql.RowsOf.TryGetValue(table, out var ofAgency)) continue;
            var foreign = await _rooms.ColumnAsync($"SELECT ctid::text FROM {table} WHERE {ofAgency}", Guid.Parse(_rooms.Foreign.Agency));
            if (foreign.Count == 0) continue;
            rows += foreign.Count;
            withRows.Add(table);
            Assert.That(await TenancySql.CountAsync(_rooms, _rooms.Own.Agency, table, foreign), Is.Zero, table);
            Assert.That(await TenancySql.CountAsync(_rooms, null, table, foreign), Is.Zero, table);
            var itsOwn = await TenancySql.CountAsync(_rooms, _rooms.Foreign.Agency, table, foreign);
            Assert.That(itsOwn, Is.EqualTo(table is "role_grant" or "credential" ? 0 : foreign.Count), $"{table}: its own agency sees them, so that the zeros above say something");
        }
        Assert.That(withRows, Has.Count.GreaterThan(18));
        await TestContext.Out.WriteLineAsync($"SQL: {rows} rows of another agency in {withRows.Count} of {tables.Count} tables with a policy");
    }

    [Test]
    public async Task In_sql_without_a_setting_the_application_role_sees_nothing_at_all()
    {
        foreach (var table in await _rooms.ColumnAsync("SELECT DISTINCT tablename::text FROM pg_policies WHERE schemaname = 'public'"))
            Assert.That(await TenancySql.CountAsync(_rooms, null, table, null), Is.Zero, table);
    }

    [Test]
    public async Task In_sql_no_table_without_a_policy_tells_of_another_agency()
    {
        // Names of agencies and people, and what is the same for all, are no secret; everything else must have its policy.
        string[] open = ["agency", "agency_code", "agency_succession", "principal", "store", "schema_version", "audit_seal", "audit_batch", "audit_node", "evidence_batch", "fixity_run", "seal_key", "seal_key_revocation"];
        var tables = await _rooms.ColumnAsync("SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity ORDER BY 1");
        Assert.That(tables.Where(t => !t.StartsWith("qrtz_", StringComparison.OrdinalIgnoreCase)), Is.SubsetOf(open));
    }

    [Test]
    public async Task In_sql_the_application_role_can_write_nothing_into_another_agencys_room()
    {
        await using var connection = new NpgsqlConnection(_rooms.Archive.Deployment.Application);
        await connection.OpenAsync();
        foreach (var sql in new[]
        {
            $"INSERT INTO fonds (id, agency_id, code, name, is_open, created_at) VALUES (gen_random_uuid(), '{_rooms.Foreign.Agency}', 'X', 'X', true, now())",
            $"INSERT INTO agreement (id, agency_id, code, title, created_at) VALUES (gen_random_uuid(), '{_rooms.Foreign.Agency}', 'X', 'X', now())",
        })
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var set = new NpgsqlCommand($"SELECT set_config('preservation.agencies', '{_rooms.Own.Agency}', true)", connection, transaction)) await set.ExecuteNonQueryAsync();
            await using var insert = new NpgsqlCommand(sql, connection, transaction);
            Assert.That(async () => await insert.ExecuteNonQueryAsync(), Throws.InstanceOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.InsufficientPrivilege), sql);
        }
        await using var update = new NpgsqlCommand($"SELECT set_config('preservation.agencies', '{_rooms.Own.Agency}', false); UPDATE submission SET reason = 'x' WHERE agency_id = '{_rooms.Foreign.Agency}'", connection);
        Assert.That(await update.ExecuteNonQueryAsync(), Is.LessThanOrEqualTo(0));
        Assert.That(await _rooms.ColumnAsync("SELECT id::text FROM submission WHERE reason = 'x'"), Is.Empty);
    }

    private IEnumerable<(string Template, JsonElement Operation)> Operations(string method) =>
        from path in _rooms.Paths.EnumerateObject()
        where path.Name.StartsWith("/api/v1/", StringComparison.Ordinal)
        from operation in path.Value.EnumerateObject()
        where operation.Name == method
        select (path.Name["/api/v1".Length..], operation.Value);

    private IEnumerable<string> ForeignPaths(string template, JsonElement operation)
    {
        var foreign = _rooms.Foreign;
        if (template.Contains("/submissions/{id}", StringComparison.Ordinal)) foreach (var id in foreign.Submissions) yield return Fill(template, foreign, id);
        else yield return Fill(template, foreign, "");
        if (!operation.TryGetProperty("parameters", out var parameters)) yield break;
        foreach (var name in parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query").Select(p => p.GetProperty("name").GetString()!))
        {
            if (NeutralParameters.Contains(name)) continue;
            var value = name switch
            {
                "alias" or "code" => $"H99.2.2024.{foreign.Word}", "notation" => $"QĐ-{foreign.Word}", "number" => "112", "issuer" => foreign.Word, "subject" => foreign.Package, "version" => "1", "entry" => foreign.Entry, "path" => foreign.File, "agency" => foreign.Agency,
                _ => throw new AssertionException($"{template} has the query parameter {name}, which this test cannot fill"),
            };
            yield return $"{Fill(template, foreign, "")}?{name}={Uri.EscapeDataString(value)}";
        }
    }

    private static string Fill(string template, Room room, string submission) => "/api/v1" + Parameter().Replace(template, m => (m.Value, template.Split('/')[1]) switch
    {
        ("{id}", "submissions") => submission,
        ("{id}", "packages") => room.Package,
        ("{id}", "uploads") => room.Upload,
        ("{id}", "tasks") => room.Task,
        ("{id}", "webhooks") => room.Webhook,
        ("{id}", "registrations") => room.Registration,
        ("{id}", "notices") => "0b6a2c1e-0000-4000-8000-000000000001",
        ("{number}", "registrations") => "1",
        ("{id}", "agreements") => room.Agreement,
        ("{id}", "principals") => room.Principal,
        ("{kind}", "submissions") => "bytesReceived",
        ("{part}", "fixity") => "report.json",
        ("{part}", "registrations") => "minutes.json",
        ("{hold}", "packages") or ("{id}", "media") or ("{id}", "fixity") or ("{id}", "escrow") or ("{id}", "disposal") => "0b6a2c1e-0000-4000-8000-000000000001",
        ("{name}", "stores") => "a",
        ("{path}", "packages") => string.Join('/', room.File.Split('/').Select(Uri.EscapeDataString)),
        ("{keyId}", "principals") => room.Credential,
        ("{grantId}", "principals") => room.Grant,
        _ => throw new AssertionException($"{template} has the parameter {m.Value}, which this test cannot fill"),
    });

    // What has to be said with a question that cannot be asked without.
    private static string Needed(string template, Room room) => template switch
    {
        "/log/proofs" => $"?entry={room.Entry}",
        "/packages/{id}/evidence/trace" => $"?path={Uri.EscapeDataString(room.File)}",
        _ => "",
    };

    private (string Path, object? Body, HttpStatusCode? OrElse) Attempt(string template)
    {
        var foreign = _rooms.Foreign;
        var path = Fill(template, foreign, foreign.Submissions[2]);
        return template switch
        {
            "/agencies" => (path, new { name = "Không ai", code = "H99.77", kind = "submitting" }, null),
            "/fonds" => (path, new { agencyId = foreign.Agency, code = "P77", name = "Phông" }, null),
            "/agreements" => (path, new { agencyId = foreign.Agency, code = "A77", title = "Thỏa thuận" }, null),
            "/agreements/{id}/versions" => (path, new { terms = new { approval = "automatic" } }, null),
            "/principals" => (path, new { kind = "person", name = "Người lạ", agencyId = foreign.Agency }, null),
            "/principals/{id}/grants" => (path, new { role = "reader", scope = "agency", agencyId = foreign.Agency, basis = "không" }, null),
            "/principals/{id}/keys" or "/principals/{id}/keys/{keyId}/rotate" => (path, new { }, null),
            "/principals/{id}/identities" => (path, new { issuer = "https://sso.example", subject = "x" }, null),
            "/principals/{id}/certificates" => (path, new { certificate = "không" }, null),
            "/mail" => (path, new { address = "không", frequency = "daily" }, HttpStatusCode.BadRequest),
            "/principals/{id}/mail" => (path, new { address = "a@example.vn", frequency = "daily" }, null),
            "/principals/{id}/disable" => (path, new { reason = "không" }, null),
            "/principals/{id}/enable" or "/notices/{id}/confirm" or "/principals/{id}/keys/{keyId}/revoke" or "/principals/{id}/grants/{grantId}/end" or "/submissions/{id}/approve" => (path, null, null),
            "/submissions/{id}/return" => (path, new { reason = "không" }, null),
            "/webhooks" => (path, new { agencyId = foreign.Agency, url = "https://elsewhere.invalid/" }, HttpStatusCode.BadRequest),
            "/webhooks/{id}/replay" => (path, new { after = -1 }, null),
            "/webhooks/{id}/secret" or "/webhooks/{id}/end" => (path, null, null),
            "/tasks/{id}/decide" => (path, new { decision = "không" }, null),
            "/tasks/{id}/assign" => (path, new { note = "không" }, null),
            "/registrations" => (path, new { agreement = $"{foreign.Word}-automatic", year = 2026, title = "Không", plannedPackages = 1, plannedFrom = "2026-01-01" }, HttpStatusCode.BadRequest),
            "/registrations/{id}/withdraw" or "/registrations/{id}/accept" or "/registrations/{id}/refuse" => (path, new { reason = "không" }, null),
            "/registrations/{id}/close" or "/registrations/{id}/rounds/{number}/close" => (path, null, null),
            "/registrations/{id}/rounds/{number}/approve" => (path, new { }, null),
            "/registrations/{id}/rounds/{number}/documents/{part}/signed" => (path, new ByteArrayContent([1]), null),
            "/registrations/{id}/rounds" => (path, new { opensOn = "2026-01-01", closesOn = "2026-12-31", plannedPackages = 1 }, null),
            "/fixity/reports" => (path, new { }, null),
            "/fixity/runs" => (path, new { packageId = foreign.Package }, null),
            "/packages/{id}/holds" or "/packages/{id}/holds/{hold}/lift" or "/stores/{name}/retire" or "/media/{id}/retire" => (path, new { reason = "không" }, null),
            "/reconciliation/runs" => (path, new { store = "a" }, null),
            "/disposal/orders" => (path, new { decisionNumber = "1", decisionDate = "2026-01-01", decidedBy = "Không", packages = new[] { foreign.Package } }, null),
            "/disposal/orders/{id}/approve" => (path, null, null),
            "/disposal/orders/{id}/withdraw" => (path, new { reason = "không" }, null),
            "/escrow/reports" => (path, new { report = "e30=", signature = "MAA=" }, null),
            "/stores/{name}/migrations" => (path, new { to = "b" }, null),
            "/media" => (path, new { number = "1", mark = "LTO", kind = "tape", store = "a", inServiceFrom = "2026-01-01", ratedEnd = "2030-01-01" }, null),
            "/submissions" => (path, new MultipartFormDataContent
            {
                { new StringContent($"{foreign.Word}-automatic"), "agreement" }, { new StringContent(new string('0', 64)), "sha256" }, { new ByteArrayContent([1]), "package", "x.zip" },
            }, HttpStatusCode.BadRequest),
            "/uploads" => (path, null, HttpStatusCode.PreconditionFailed), // the protocol's headers: see the test of uploads
            "/packages/{id}/evidence" or "/packages/{id}/evidence/content" => (path, new { paths = new[] { foreign.File } }, null),
            "/preservation/RetrieveInfo" => (path, new { reqId = "1" }, HttpStatusCode.OK),
            "/preservation/Search" => (path, new { fi = $"notation={Uri.EscapeDataString($"QĐ-{foreign.Word}")}" }, HttpStatusCode.OK),
            "/preservation/PreservePO" => (path, new { reqId = "1", pro = Profile, optIn = new { agreement = $"{foreign.Word}-automatic" }, po = new[] { new { binaryData = new { value = "UEs=" } } } }, HttpStatusCode.BadRequest),
            "/preservation/UpdatePOC" => (path, new { reqId = "1", poId = Urn(foreign), optIn = new { agreement = $"{_rooms.Own.Word}-automatic" }, deltaPoc = new[] { new { binaryData = new { value = "UEs=" } } } }, null),
            "/preservation/RetrievePO" => (path, new { poId = Urn(foreign), sor = "Evidence" }, null),
            "/preservation/DeletePO" or "/preservation/RetrieveTrace" => (path, new { poId = Urn(foreign) }, null),
            "/preservation/ValidateEvidence" => (path, new { ev = new { binaryData = new { value = "MAA=" }, formatId = "urn:ietf:rfc:4998:EvidenceRecord", poId = Urn(foreign), relObj = new[] { foreign.File } } }, null),
            _ => throw new AssertionException($"POST {template} is new: say what would change another agency's things"),
        };
    }

    private static string Urn(Room room) => $"urn:uuid:{room.Package}";

    private string? Foreign(string body) => _rooms.Foreign.Marks.FirstOrDefault(m => body.Contains(m, StringComparison.OrdinalIgnoreCase));

    // Everything a request could change, as text. What the service writes on its own (evidence, journal, seals, the end of an upload in staging) is not in it.
    private async Task<List<string>> StateAsync()
    {
        string[] tables = ["agency", "agency_code", "principal", "credential", "role_grant", "agreement", "agreement_version", "rights_notice", "fonds", "registration", "registration_round", "upload", "webhook", "mail_choice", "submission", "submission_step", "submission_finding", "receipt", "decision", "decision_submission", "decision_reason", "frozen_document", "frozen_document_part", "package",
            "package_alias", "package_version", "dossier", "document", "file", "task", "task_step", "premis_event", "fixity_run", "destruction_order", "destruction_order_package"];
        var state = new List<string>();
        foreach (var table in tables) state.AddRange(await _rooms.ColumnAsync($"SELECT '{table} ' || count(*) || ' ' || coalesce(md5(string_agg(r.row, '|' ORDER BY r.row)), '') FROM (SELECT (to_jsonb(t) - ARRAY['staging_key', 'lease_until', 'tried_at', 'failures', 'failing_since', 'next_try_at'])::text AS row FROM {table} t) AS r"));
        return state;
    }

    [GeneratedRegex(@"\{[a-zA-Z]+\}")]
    private static partial Regex Parameter();
}
