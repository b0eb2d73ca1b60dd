using System.Net;
using System.Text;

namespace Preservation.EndToEnd.Tests;

internal sealed class JourneyTests
{
    private Archive _archive = null!;

    [OneTimeSetUp]
    public async Task Start() => _archive = await Archive.StartAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_archive is not null) await _archive.DisposeAsync();
    }

    [Test]
    public async Task A_package_is_preserved_on_two_stores_stamped_and_given_back_byte_for_byte()
    {
        var content = Encoding.UTF8.GetBytes("Quyết định số 112/QĐ-SNV");
        var submission = await _archive.Producer.SubmitAsync(new Bag().Add("quyết định.txt", content).ToZip(), "bag.zip");
        var ended = await _archive.Producer.FollowAsync(submission, "preserved", "rejected");
        Assert.That(ended.GetProperty("state").GetString(), Is.EqualTo("preserved"), ended.ToString());
        var package = ended.GetProperty("packageId").GetString();
        var path = "representations/rep1/data/" + Uri.EscapeDataString("quyết định.txt");
        Assert.That(await _archive.Producer.GetBytesAsync($"/api/v1/packages/{package}/files/{path}"), Is.EqualTo(content));
        Assert.That(await new StoreAudit(_archive.Deployment).RunAsync([submission]), Is.Empty);
        await Eventually.TrueAsync("the package is covered by a time-stamp", async () =>
            await _archive.Auditor.StatusAsync($"/api/v1/packages/{package}/evidence") == HttpStatusCode.OK);
    }

    [Test]
    public async Task A_package_that_a_person_must_approve_waits_and_is_archived_after_the_approval()
    {
        var submission = await _archive.Producer.SubmitAsync(new Bag().Add("a.txt", "một").ToZip(), "bag.zip", "PERSON");
        await _archive.Producer.FollowAsync(submission, "awaitingApproval");
        await _archive.Approver.PostAsync($"/api/v1/submissions/{submission}/approve", new { });
        await _archive.Producer.FollowAsync(submission, "preserved");
    }

    [Test]
    public async Task A_package_can_be_returned_with_a_reason_that_its_sender_reads()
    {
        var submission = await _archive.Producer.SubmitAsync(new Bag().Add("a.txt", "hai").ToZip(), "bag.zip", "PERSON");
        await _archive.Producer.FollowAsync(submission, "awaitingApproval");
        await _archive.Approver.PostAsync($"/api/v1/submissions/{submission}/return", new { reason = "Thiếu biên bản giao nhận" });
        var ended = await _archive.Producer.FollowAsync(submission, "returned");
        Assert.That(ended.GetProperty("reason").GetString(), Is.EqualTo("Thiếu biên bản giao nhận"));
    }

    [Test]
    public async Task The_same_request_sent_twice_makes_one_submission()
    {
        var package = new Bag().Add("a.txt", "ba").ToZip();
        var key = Guid.NewGuid().ToString();
        var first = await _archive.Producer.TrySubmitAsync(package, "bag.zip", "AUTO", key);
        var second = await _archive.Producer.TrySubmitAsync(package, "bag.zip", "AUTO", key);
        Assert.That(second!.Value.Body.GetProperty("submission").GetString(), Is.EqualTo(first!.Value.Body.GetProperty("submission").GetString()));
    }

    [Test]
    public async Task A_receipt_verifies_with_the_command_line_and_with_openssl_and_a_changed_one_does_not()
    {
        var submission = await _archive.Producer.SubmitAsync(new Bag().Add("a.txt", "bốn").ToZip(), "bag.zip");
        await _archive.Producer.FollowAsync(submission, "preserved");
        var folder = Directory.CreateTempSubdirectory();
        var receipt = Path.Join(folder.FullName, "receipt.json");
        await File.WriteAllBytesAsync(receipt, await _archive.Producer.GetBytesAsync($"/api/v1/submissions/{submission}/receipts/preserved"));
        await File.WriteAllBytesAsync(receipt + ".p7s", await _archive.Producer.GetBytesAsync($"/api/v1/submissions/{submission}/receipts/preserved/seal"));
        var ours = await Machine.RunAsync(Machine.Preserve, "verify", receipt + ".p7s", "--content", receipt);
        Assert.That(ours.Exit, Is.Zero, ours.Output + ours.Error);
        string[] openssl = ["cms", "-verify", "-binary", "-inform", "DER", "-in", receipt + ".p7s", "-content", receipt, "-CAfile", _archive.Deployment.SealCertificate, "-purpose", "any", "-out", "/dev/null"];
        var theirs = await Machine.RunAsync("openssl", openssl);
        Assert.That(theirs.Exit, Is.Zero, theirs.Error);

        await File.AppendAllTextAsync(receipt, " ");
        Assert.That((await Machine.RunAsync(Machine.Preserve, "verify", receipt + ".p7s", "--content", receipt)).Exit, Is.EqualTo(1));
        Assert.That((await Machine.RunAsync("openssl", openssl)).Exit, Is.Not.Zero);
        folder.Delete(recursive: true);
    }
}
