using System.Security.Cryptography;
using System.Text.Json;

namespace Preservation.Invariants.Checks;

/// <summary>Invariant 1: what was acknowledged has ended in exactly one way, with its receipts and, when preserved, its one package with every file that was sent.</summary>
internal sealed class SubmissionChecks(Catalogue catalogue, Report report)
{
    private const string Lost = "1 nothing acknowledged is lost";
    private const string Once = "1 nothing is there twice";
    private const string Receipts = "1 every outcome has its receipts, whole";
    private static readonly string[] Ends = ["Preserved", "Rejected", "Returned", "Tested"];

    public async Task RunAsync(IReadOnlyList<Acknowledgement> acknowledged)
    {
        var submissions = (await catalogue.RowsAsync("SELECT id::text, state, encode(sha256, 'hex'), package_id::text FROM submission")).ToDictionary(r => r[0]!);
        var bySent = submissions.Values.GroupBy(r => r[2]!).ToDictionary(g => g.Key, g => g.Count());
        foreach (var row in submissions.Values) report.Require(Ends.Contains(row[1]), "1 every submission has ended", () => $"submission {row[0]} is {row[1]}");
        foreach (var sent in acknowledged)
        {
            report.Require(submissions.TryGetValue(sent.Submission, out var row), Lost, () => $"acknowledged submission {sent.Submission} is not in the catalogue");
            if (row is null) continue;
            report.Require(row[2] == sent.Sha256, Lost, () => $"submission {sent.Submission} has other bytes than were sent");
            report.Require(bySent[sent.Sha256] == 1, Once, () => $"the package of submission {sent.Submission} was taken {bySent.GetValueOrDefault(sent.Sha256)} times");
            if (row[1] == "Preserved") await CheckContentAsync(sent);
        }
        await CheckPackagesAsync();
        await CheckReceiptsAsync(submissions);
    }

    private async Task CheckContentAsync(Acknowledgement sent)
    {
        var kept = (await catalogue.RowsAsync("SELECT encode(f.sha512, 'hex') FROM file f JOIN package_version v ON v.package_id = f.package_id WHERE v.submission_id = $1", Guid.Parse(sent.Submission))).Select(r => r[0]!).ToHashSet();
        foreach (var digest in sent.Payload) report.Require(kept.Contains(digest), Lost, () => $"submission {sent.Submission}: a file that was sent is in no package ({digest[..16]}…)");
    }

    private async Task CheckPackagesAsync()
    {
        foreach (var row in await catalogue.RowsAsync("""
            SELECT s.id::text, s.state, count(v.package_id)::int FROM submission s LEFT JOIN package_version v ON v.submission_id = s.id GROUP BY s.id, s.state
            """))
            report.Require((row[1] == "Preserved" ? "1" : "0") == row[2], Once, () => $"submission {row[0]} is {row[1]} and has {row[2]} versions of packages");
        foreach (var row in await catalogue.RowsAsync("""
            SELECT p.id::text, p.head_version::text, count(v.version)::text, coalesce(max(v.version), 0)::text, count(DISTINCT v.inventory_sha512)::text FROM package p LEFT JOIN package_version v ON v.package_id = p.id GROUP BY p.id
            """))
            report.Require(row[1] == row[2] && row[2] == row[3] && row[4] == row[2], Once, () => $"package {row[0]} at version {row[1]} has {row[2]} versions up to {row[3]}, {row[4]} different");
        foreach (var row in await catalogue.RowsAsync("SELECT package_id::text, logical_path, count(*)::text FROM file WHERE version_until IS NULL GROUP BY 1, 2 HAVING count(*) > 1"))
            report.Violated(Once, $"package {row[0]} has {row[1]} {row[2]} times");
    }

    private async Task CheckReceiptsAsync(Dictionary<string, string?[]> submissions)
    {
        var kinds = new Dictionary<string, List<string>>();
        await using (var reader = await catalogue.ReadAsync("SELECT submission_id::text, kind, body, encode(sha512, 'hex'), length(seal) FROM receipt"))
            while (await reader.ReadAsync())
            {
                var (submission, kind, body) = (reader.GetString(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2));
                var sealedBytes = reader.GetInt32(4);
                if (!kinds.TryGetValue(submission, out var list)) kinds.Add(submission, list = []);
                list.Add(kind);
                using var json = JsonDocument.Parse(body);
                report.Require(reader.GetString(3) == Convert.ToHexStringLower(SHA512.HashData(body)) && sealedBytes > 0, Receipts, () => $"the receipt {kind} of {submission} has other bytes than its digest says");
                var (names, digest) = (json.RootElement.GetProperty("submission").GetString(), json.RootElement.GetProperty("sha256").GetString());
                report.Require(submissions.TryGetValue(submission, out var row) && names == submission && digest == row[2], Receipts, () => $"the receipt {kind} of {submission} is about {names}");
            }
        // Custody follows a while after the minutes of a round, and never comes without them.
        var minuted = (await catalogue.RowsAsync("SELECT s.id::text FROM submission s JOIN registration_round o ON o.id = s.round_id WHERE o.minutes_id IS NOT NULL AND s.state = 'Preserved'")).Select(r => r[0]!).ToHashSet();
        foreach (var row in submissions.Values)
        {
            string[] wanted = Ends.Contains(row[1]) ? ["BytesReceived", row[1]!] : ["BytesReceived"];
            var has = kinds.GetValueOrDefault(row[0]!) ?? [];
            if (minuted.Contains(row[0]!)) has.Remove("CustodyTaken");
            report.Require(has.Order(StringComparer.Ordinal).SequenceEqual(wanted.Order(StringComparer.Ordinal)), Receipts, () => $"submission {row[0]} is {row[1]} and has the receipts {string.Join(", ", has)}");
        }
    }
}
