using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Preservation.EndToEnd.Tests;

/// <summary>A client of ETSI TS 119 512 takes a package through its life: preserved, retrieved with its evidence in every form, updated, traced, validated, found.</summary>
internal sealed class PreservationProtocolTests
{
    private const string Profile = "urn:preservation:profile:packages-with-evidence-records:1", Ers = "urn:ietf:rfc:4998:EvidenceRecord", Success = "urn:oasis:names:tc:dss:1.0:resultmajor:Success";
    private Archive _archive = null!;

    [OneTimeSetUp]
    public async Task Start() => _archive = await Archive.StartAsync(inFolders: true);

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_archive is not null) await _archive.DisposeAsync();
    }

    [Test]
    public async Task A_package_goes_through_its_life_by_the_protocol_alone()
    {
        var id = $"urn:uuid:{Guid.NewGuid()}";
        var bag = new Bag { Id = id }.Add("một.txt", "một").Add("b.txt", "hai").ToZip();
        var poId = (await CallAsync("PreservePO", new { reqId = "p-1", pro = Profile, optIn = new { agreement = "AUTO" }, po = new[] { new { binaryData = new { value = bag }, formatId = "urn:ietf:rfc:8493" } } })).GetProperty("poId").GetString()!;
        Assert.That((await CallAsync("PreservePO", new { reqId = "p-1", pro = Profile, optIn = new { agreement = "AUTO" }, po = new[] { new { binaryData = new { value = bag }, formatId = "urn:ietf:rfc:8493" } } })).GetProperty("poId").GetString(), Is.EqualTo(poId), "asked again, answered again");
        var embedded = await RetrieveAsync(poId, "POwithEmbeddedEvidence");
        var folder = Directory.CreateTempSubdirectory("po-").FullName;
        await using (var zip = new ZipArchive(new MemoryStream(Bytes(embedded.Single())))) await zip.ExtractToDirectoryAsync(folder);
        var check = await Machine.RunAsync("python3", Path.Join(folder, "check.py"), Path.Join(folder, "files"));
        Assert.That(check.Exit, Is.Zero, check.Output + check.Error);

        var records = await RetrieveAsync(poId, "Evidence");
        Assert.That(records.Select(r => r.GetProperty("formatId").GetString()), Is.All.EqualTo(Ers));
        Assert.That(records, Has.Count.EqualTo(Directory.GetFiles(Path.Join(folder, "records")).Length));
        await RetrievesTheBagAsync(poId, folder, records.Count);
        await ValidatesAsync(poId, records.Single(r => r.GetProperty("relObj")[0].GetString()!.EndsWith("data/b.txt", StringComparison.Ordinal) && r.GetProperty("relObj")[0].GetString()!.StartsWith("representations/", StringComparison.Ordinal)));
        await UpdatesAsync(poId, id);

        var operations = (await CallAsync("RetrieveTrace", new { poId })).GetProperty("trace").GetProperty("event").EnumerateArray().Select(e => e.GetProperty("op").GetString()).ToList();
        Assert.That(operations, Does.Contain("transfer").And.Contain("archive time-stamp"));
        var package = records[0].GetProperty("poId").GetString();
        Assert.That((await CallAsync("Search", new { fi = $"alias={Uri.EscapeDataString(id)}" })).GetProperty("poId").EnumerateArray().Select(p => p.GetString()), Is.EqualTo(new[] { package }));
    }

    // The same bytes in a part of their own, and versions of the container.
    private async Task UpdatesAsync(string poId, string id)
    {
        using var form = new MultipartFormDataContent
        {
            { JsonPart(new { reqId = "u-1", poId, optIn = new { agreement = "AUTO" }, deltaPoc = new[] { new { binaryData = new { attRef = "delta" } } } }), "request" },
            { new ByteArrayContent(new Bag { Id = id }.Add("c.txt", "ba").ToZip()), "delta", "delta.zip" },
        };
        var answer = await _archive.Producer.PostContentAsync("/api/v1/preservation/UpdatePOC", form);
        var submission = answer.GetProperty("optOut").GetProperty("submission").GetString()!;
        Assert.That((await _archive.Producer.FollowAsync(submission[(submission.LastIndexOf('/') + 1)..], "preserved", "rejected")).GetProperty("state").GetString(), Is.EqualTo("preserved"));
        var both = await RetrieveAsync(poId, "PO", "all");
        Assert.That(both.Select(p => p.GetProperty("id").GetString()![^3..]), Is.EqualTo(new[] { "/v1", "/v2" }));
        Assert.That(Names(both[0]).Any(n => n.EndsWith("/c.txt", StringComparison.Ordinal)), Is.False);
        Assert.That(Names(both[1]).Any(n => n.EndsWith("representations/rep1/data/c.txt", StringComparison.Ordinal)), Is.True);

        // What names another package than it says it updates is not accepted for either.
        var wrong = await CallAsync("UpdatePOC", new { reqId = "u-2", poId, optIn = new { agreement = "AUTO" }, deltaPoc = new[] { new { binaryData = new { value = new Bag { Id = $"urn:uuid:{Guid.NewGuid()}" }.Add("d.txt", "bốn").ToZip() } } } });
        submission = wrong.GetProperty("optOut").GetProperty("submission").GetString()!;
        await _archive.Producer.FollowAsync(submission[(submission.LastIndexOf('/') + 1)..], "rejected");
    }

    private async Task RetrievesTheBagAsync(string poId, string folder, int files)
    {
        var apart = await RetrieveAsync(poId, "POwithDetachedEvidence");
        Assert.That(apart, Has.Count.EqualTo(files + 1));
        var path = Path.Join(folder, "bag.zip");
        await File.WriteAllBytesAsync(path, Bytes(apart[0]));
        var check = await Machine.RunAsync(Machine.Preserve, "check", path, "--as", "bagit", "--json");
        Assert.That(check.Exit, Is.Zero, check.Output);
        Assert.That(Names((await RetrieveAsync(poId, "PO")).Single()), Is.EqualTo(Names(apart[0])));
    }

    private async Task ValidatesAsync(string poId, JsonElement record)
    {
        var value = record.GetProperty("binaryData").GetProperty("value").GetString();
        foreach (var (po, outcome) in new[] { ("hai", "ER_VALID"), ("ba", "ER_DATA_MISMATCH") })
        {
            var answer = await CallAsync("ValidateEvidence", new { ev = new { binaryData = new { value }, formatId = Ers }, po = new[] { new { binaryData = new { value = Encoding.UTF8.GetBytes(po) } } } });
            using var report = JsonDocument.Parse(Bytes(answer.GetProperty("valRep")));
            Assert.That(report.RootElement.GetProperty("outcome").GetString(), Is.EqualTo(outcome));
            Assert.That(answer.TryGetProperty("poe", out _), Is.EqualTo(po == "hai"), report.RootElement.ToString());
        }
        var here = await CallAsync("ValidateEvidence", new { ev = new { binaryData = new { value }, formatId = Ers, poId, relObj = record.GetProperty("relObj") } });
        Assert.That(here.TryGetProperty("poe", out _), Is.True, "over the file as it lies here");
    }

    private async Task<List<JsonElement>> RetrieveAsync(string poId, string sor, params string[] versionId)
    {
        JsonElement answer = default;
        await Eventually.TrueAsync($"{sor} can be retrieved", async () =>
        {
            answer = await CallAsync("RetrievePO", new { poId, sor, versionId });
            return answer.GetProperty("result").GetProperty("maj").GetString() == Success && !answer.GetProperty("result").TryGetProperty("min", out _);
        }, () => $"{answer.GetProperty("result")}\n{_archive.Deployment.Tail()}");
        return [.. answer.GetProperty("po").EnumerateArray()];
    }

    private Task<JsonElement> CallAsync(string operation, object message) => _archive.Producer.PostContentAsync($"/api/v1/preservation/{operation}", JsonPart(message));

    private static ByteArrayContent JsonPart(object message) => new(JsonSerializer.SerializeToUtf8Bytes(message)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static byte[] Bytes(JsonElement po) => po.GetProperty("binaryData").GetProperty("value").GetBytesFromBase64();

    private static List<string> Names(JsonElement po)
    {
        using var zip = new ZipArchive(new MemoryStream(Bytes(po)));
        return [.. zip.Entries.Select(e => e.FullName)];
    }
}
