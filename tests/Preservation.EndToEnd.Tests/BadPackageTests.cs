using System.Text;
using System.Text.Json;

namespace Preservation.EndToEnd.Tests;

internal sealed class BadPackageTests
{
    private Archive _archive = null!;

    [OneTimeSetUp]
    public async Task Start() => _archive = await Archive.StartAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_archive is not null) await _archive.DisposeAsync();
    }

    private static Bag Good() => new Bag().Add("a.txt", "một").Add("b.txt", "hai");

    private static IEnumerable<TestCaseData> BadPackages()
    {
        yield return new TestCaseData(Good().WithWrongDigest("a.txt").ToZip(), new[] { "BAGIT-" }).SetName("A_wrong_checksum_is_refused");
        yield return new TestCaseData(Good().Promising("gone.txt").ToZip(), new[] { "BAGIT-" }).SetName("A_missing_file_is_refused");
        yield return new TestCaseData(Good().WithEntry("bag/data/extra.txt", [1]).ToZip(), new[] { "BAGIT-" }).SetName("An_undeclared_file_is_refused");
        yield return new TestCaseData(Good().WithEntry("bag/data/../../../evil.txt", [1]).ToZip(), new[] { "ZIP-UNSAFE-NAME" }).SetName("A_path_that_climbs_out_is_refused");
        yield return new TestCaseData(Good().Add("virus.txt", Encoding.ASCII.GetBytes("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")).ToZip(), new[] { "INGEST-VIRUS" })
            .SetName("An_EICAR_file_is_refused");
        yield return new TestCaseData(Good().Add("bomb.bin", new byte[64 << 20]).ToZip(), new[] { "LIMIT-RATIO" }).SetName("A_zip_bomb_is_refused");
        yield return new TestCaseData(Encoding.UTF8.GetBytes("no archive at all"), new[] { "ZIP-UNREADABLE" }).SetName("What_is_no_archive_is_refused");
        yield return new TestCaseData(Good().WithWrongDigest("a.txt").Promising("gone.txt").WithEntry("bag/data/extra.txt", [1]).WithEntry("bag/data/../../../evil.txt", [1]).ToZip(),
            new[] { "BAGIT-", "ZIP-UNSAFE-NAME" }).SetName("A_package_with_four_faults_gets_all_findings_at_once");
    }

    [TestCaseSource(nameof(BadPackages))]
    public async Task Refused(byte[] package, string[] codes)
    {
        var submission = await _archive.Producer.SubmitAsync(package, "bad.zip");
        var ended = await _archive.Producer.FollowAsync(submission, "rejected", "preserved");
        Assert.That(ended.GetProperty("state").GetString(), Is.EqualTo("rejected"));
        var errors = ended.GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("severity").GetString() == "error").ToList();
        foreach (var code in codes)
            Assert.That(errors.Exists(f => f.GetProperty("code").GetString()!.StartsWith(code, StringComparison.Ordinal)), Is.True, () => $"{code} is missing in {ended}");
        foreach (var finding in errors)
            Assert.That(finding.GetProperty("message").GetProperty("vi").GetString(), Is.Not.Empty.And.Not.EqualTo(finding.GetProperty("message").GetProperty("en").GetString()));
        Assert.That(ended.GetProperty("receipts").EnumerateArray().Select(r => r.GetProperty("kind").GetString()), Is.EquivalentTo(new[] { "bytesReceived", "rejected" }));
    }

    [Test]
    public async Task A_document_changed_after_it_was_signed_is_refused_and_an_untouched_one_is_not()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var (document, signature) = (Path.Join(folder, "a.txt"), Path.Join(folder, "a.txt.p7s"));
        await File.WriteAllTextAsync(document, "Báo cáo");
        var key = await Machine.RunAsync("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Signer", "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem");
        Assert.That(key.Exit, Is.Zero, key.Error);
        var sign = await Machine.RunAsync("openssl", "cms", "-sign", "-binary", "-in", document, "-signer", folder + "/cert.pem", "-inkey", folder + "/key.pem", "-outform", "DER", "-out", signature);
        Assert.That(sign.Exit, Is.Zero, sign.Error);
        var p7s = await File.ReadAllBytesAsync(signature);

        var good = await _archive.Producer.SubmitAsync(new Bag().Add("a.txt", "Báo cáo").Add("a.txt.p7s", p7s).ToZip(), "good.zip");
        var bad = await _archive.Producer.SubmitAsync(new Bag().Add("a.txt", "Báo cáo sửa").Add("a.txt.p7s", p7s).ToZip(), "bad.zip");
        var accepted = await _archive.Producer.FollowAsync(good, "preserved", "rejected");
        Assert.That(accepted.GetProperty("state").GetString(), Is.EqualTo("preserved"), accepted.ToString());
        Assert.That(Codes(accepted), Does.Contain("INGEST-SIGNATURE-UNTRUSTED"), "the signer is nobody we trust, and that is said");
        var refused = await _archive.Producer.FollowAsync(bad, "preserved", "rejected");
        Assert.That(refused.GetProperty("state").GetString(), Is.EqualTo("rejected"));
        Assert.That(Codes(refused), Does.Contain("INGEST-SIGNATURE-BROKEN"));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Bytes_that_are_not_those_announced_are_not_taken()
    {
        var before = await CountAsync();
        var answer = await _archive.Producer.TrySubmitAsync(Good().ToZip(), "bad.zip", "AUTO", Guid.NewGuid().ToString(), announced: [1, 2, 3]);
        Assert.That((int)answer!.Value.Status, Is.EqualTo(422));
        Assert.That(answer.Value.Body.GetProperty("code").GetString(), Is.EqualTo("digestMismatch"));
        Assert.That(await CountAsync(), Is.EqualTo(before), "nothing was taken");
    }

    [Test]
    public async Task Refused_packages_leave_nothing_on_the_stores()
    {
        var refused = new List<string>();
        foreach (var bad in BadPackages()) refused.Add(await _archive.Producer.SubmitAsync((byte[])bad.Arguments[0]!, "bad.zip"));
        foreach (var submission in refused) await _archive.Producer.FollowAsync(submission, "rejected");
        Assert.That(await new StoreAudit(_archive.Deployment).RunAsync(refused), Is.Empty);
    }

    private async Task<int> CountAsync() => (await _archive.Producer.GetAsync("/api/v1/submissions?limit=500")).GetProperty("items").GetArrayLength();

    private static IEnumerable<string?> Codes(JsonElement submission) => submission.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("code").GetString());
}
