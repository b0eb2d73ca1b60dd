using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Evidence;
using Preservation.Evidence.Records;

namespace Preservation.Server.Tests.Api.Ts119512;

/// <summary>The operations of ETSI TS 119 512 with every kind of wrong question, and what other agencies' people are told.</summary>
internal sealed class PreservationProtocolTests
{
    private const string Profile = "urn:preservation:profile:packages-with-evidence-records:1", Error = "http://uri.etsi.org/19512/error/", Ers = "urn:ietf:rfc:4998:EvidenceRecord", XmlErs = "urn:ietf:rfc:6283:EvidenceRecord";
    private ApiServer _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await ApiServer.StartAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    private string Package => $"urn:uuid:{_server.Archive.Package}";

    [Test]
    public async Task The_profile_says_what_can_be_asked()
    {
        var (status, body) = await _server.CallAsync("auditor", "RetrieveInfo", new { reqId = "r" });
        Assert.That((status, body.GetProperty("reqId").GetString()), Is.EqualTo((HttpStatusCode.OK, "r")));
        var profile = body.GetProperty("pro").EnumerateArray().Single();
        Assert.That((profile.GetProperty("pid").GetString(), profile.GetProperty("psm").GetString()), Is.EqualTo((Profile, "WithStorage")));
        Assert.That(profile.GetProperty("op").EnumerateArray().Select(o => o.GetProperty("name").GetString()), Is.EquivalentTo(new[] { "RetrieveInfo", "PreservePO", "RetrievePO", "DeletePO", "UpdatePOC", "RetrieveTrace", "ValidateEvidence", "Search" }));
        Assert.That(profile.GetProperty("ef").EnumerateArray().Select(e => e.GetProperty("formatId").GetString()), Is.EqualTo(new[] { Ers, XmlErs }));
        Assert.That((await _server.CallAsync("auditor", "RetrieveInfo", new { stat = "inactive" })).Body.GetProperty("pro").GetArrayLength(), Is.Zero);
        Assert.That((await _server.CallAsync("auditor", "RetrieveInfo", new { pro = "urn:other" })).Body.GetProperty("pro").GetArrayLength(), Is.Zero);
        var paths = JsonDocument.Parse(await _server.GetAsync("/openapi/v1.json")).RootElement.GetProperty("paths");
        foreach (var operation in profile.GetProperty("op").EnumerateArray())
            Assert.That(paths.GetProperty($"/api/v1/preservation/{operation.GetProperty("name").GetString()}").GetProperty("post").GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _), Is.True);
    }

    [TestCase("RetrieveInfo", "{", "parameterError")]
    [TestCase("RetrieveInfo", "null", "parameterError")]
    [TestCase("RetrieveInfo", """{"nothing":1}""", "parameterError")]
    [TestCase("RetrieveInfo", """{"stat":"ACTIVE"}""", "parameterError")]
    [TestCase("RetrievePO", """{"poId":"P","sor":"Everything"}""", "parameterError")]
    [TestCase("RetrievePO", """{"poId":"P","sor":"Evidence","optIn":{"path":[]}}""", "parameterError")]
    [TestCase("RetrievePO", """{"poId":"P","sor":"Evidence","optIn":{"path":["none.txt"]}}""", "parameterError")]
    [TestCase("RetrievePO", """{"poId":"P","sor":"Evidence","poFormat":"urn:other"}""", "unknownPOFormat")]
    [TestCase("RetrievePO", """{"poId":"P","sor":"Evidence","evFormat":"urn:other"}""", "unknownEvidenceFormat")]
    [TestCase("RetrievePO", """{"poId":"P","evFormat":"urn:ietf:rfc:6283:EvidenceRecord"}""", "unknownEvidenceFormat")]
    [TestCase("RetrievePO", """{"poId":"P","sor":"Evidence","versionId":["v2"]}""", "unknownVersionID")]
    [TestCase("RetrievePO", """{"poId":"P","sor":"Evidence","versionId":["1"]}""", "unknownVersionID")]
    [TestCase("RetrievePO", """{"poId":"P","sor":"Evidence","versionId":[null]}""", "unknownVersionID")]
    [TestCase("RetrievePO", """{"poId":"urn:uuid:x","sor":"Evidence"}""", "unknownPOID")]
    [TestCase("RetrievePO", """{"sor":"Evidence"}""", "unknownPOID")]
    [TestCase("RetrieveTrace", """{"poId":"urn:uuid:00000000-0000-4000-8000-000000000000"}""", "unknownPOID")]
    [TestCase("DeletePO", """{"poId":"urn:uuid:00000000-0000-4000-8000-000000000000"}""", "unknownPOID")]
    [TestCase("DeletePO", """{"poId":"P","mod":"All"}""", "unknownMode")]
    [TestCase("DeletePO", """{"poId":"P","mod":"OnlySubDOs","crn":"A","reason":"B"}""", "notSupported")]
    [TestCase("ValidateEvidence", "{}", "parameterError")]
    [TestCase("ValidateEvidence", """{"ev":{"binaryData":{"value":"AAAA"}}}""", "notSupported")]
    [TestCase("ValidateEvidence", """{"ev":{"binaryData":{"value":"AA*A"},"formatId":"urn:ietf:rfc:4998:EvidenceRecord"}}""", "parameterError")]
    [TestCase("ValidateEvidence", """{"ev":{"binaryData":{"value":"MAA="},"formatId":"urn:ietf:rfc:4998:EvidenceRecord"},"po":[null]}""", "parameterError")]
    [TestCase("ValidateEvidence", """{"ev":{"binaryData":{"value":"MAA="},"formatId":"urn:ietf:rfc:4998:EvidenceRecord","poId":"P","relObj":["none.txt"]}}""", "unknownPOID")]
    [TestCase("Search", "{}", "parameterError")]
    [TestCase("Search", """{"fi":"title=x"}""", "parameterError")]
    [TestCase("Search", """{"fi":"date=1.4.2024"}""", "parameterError")]
    [TestCase("Search", """{"fi":"number=1&number=2"}""", "parameterError")]
    public async Task What_cannot_be_answered_is_told_by_the_standards_code(string operation, string message, string code)
    {
        var (status, body) = await _server.SendAsync("officer", operation, message.Replace("\"P\"", $"\"{Package}\"", StringComparison.Ordinal));
        Assert.That(body.GetProperty("result").GetProperty("min").GetString(), Is.EqualTo(Error + code), body.ToString());
        Assert.That((int)status, Is.InRange(400, 499));
    }

    [TestCase("""{"pro":"urn:other","reqId":"1","po":[{"binaryData":{"value":"UEs="}}]}""", "parameterError")]
    [TestCase("""{"pro":"PRO","po":[{"binaryData":{"value":"UEs="}}]}""", "parameterError")]
    [TestCase("""{"pro":"PRO","reqId":"1"}""", "notSupported")]
    [TestCase("""{"pro":"PRO","reqId":"1","po":[null]}""", "notSupported")]
    [TestCase("""{"pro":"PRO","reqId":"1","po":[{},{}]}""", "notSupported")]
    [TestCase("""{"pro":"PRO","reqId":"1","po":[{}]}""", "parameterError")]
    [TestCase("""{"pro":"PRO","reqId":"1","po":[{"binaryData":{"attRef":"x"}}]}""", "parameterError")]
    [TestCase("""{"pro":"PRO","reqId":"1","po":[{"binaryData":{"value":"UEs="},"formatId":"http://uri.etsi.org/ades/PAdES"}]}""", "unknownPOFormat")]
    [TestCase("""{"pro":"PRO","reqId":"1","optIn":{"sha256":"00"},"po":[{"binaryData":{"value":"UEs="}}]}""", "parameterError")]
    [TestCase("""{"pro":"PRO","reqId":"1","optIn":{"agreement":"NONE"},"po":[{"binaryData":{"value":"UEs="}}]}""", "parameterError")]
    [TestCase("""{"pro":"PRO","reqId":"1","optIn":{"recordStatus":"SUPPLEMENT"},"po":[{"binaryData":{"value":"UEs="}}]}""", "parameterError")]
    [TestCase("""{"pro":"PRO","reqId":"1","optIn":{"sha256":"0000000000000000000000000000000000000000000000000000000000000000"},"po":[{"binaryData":{"value":"UEs="}}]}""", "transferError")]
    public async Task An_object_that_cannot_be_taken_is_refused_and_nothing_is_kept(string message, string code)
    {
        var before = await CountAsync();
        var (status, body) = await _server.SendAsync("producer", "PreservePO", message.Replace("PRO", Profile, StringComparison.Ordinal));
        Assert.That(body.GetProperty("result").GetProperty("min").GetString(), Is.EqualTo(Error + code), body.ToString());
        Assert.That((int)status, Is.InRange(400, 499));
        Assert.That(await CountAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task An_object_that_waits_is_pending_and_one_that_was_rejected_is_unknown()
    {
        var (status, body) = await _server.CallAsync("producer", "PreservePO", new { pro = Profile, reqId = "waits", po = new[] { new { binaryData = new { value = "UEs=" } } } });
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
        var poId = body.GetProperty("poId").GetString();
        (status, body) = await _server.CallAsync("producer", "RetrievePO", new { poId });
        Assert.That((status, body.GetProperty("result").GetProperty("maj").GetString()), Is.EqualTo((HttpStatusCode.Accepted, "urn:oasis:names:tc:dss:1.0:profiles:asynchronousprocessing:resultmajor:Pending")));
        Assert.That((await _server.CallAsync("producer", "RetrieveTrace", new { poId })).Body.GetProperty("trace").GetProperty("event").EnumerateArray().Select(e => e.GetProperty("op").GetString()), Is.EqualTo(new[] { "transfer" }));
        (status, body) = await _server.CallAsync("producer", "PreservePO", new { pro = Profile, reqId = "waits", po = new[] { new { binaryData = new { value = "UEsD" } } } });
        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity), "other bytes under the same identifier");
        (_, body) = await _server.CallAsync("producer", "RetrievePO", new { poId = $"urn:uuid:{_server.Archive.Rejected}" });
        Assert.That(body.GetProperty("result").GetProperty("min").GetString(), Is.EqualTo(Error + "unknownPOID"));
    }

    [Test]
    public async Task Evidence_is_given_to_whoever_may_see_the_package_and_objects_only_to_readers_of_files()
    {
        foreach (var format in new[] { Ers, XmlErs })
        {
            var (status, body) = await _server.CallAsync("officer", "RetrievePO", new { poId = Package, sor = "Evidence", evFormat = format });
            Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
            var records = body.GetProperty("po").EnumerateArray().ToList();
            Assert.That(records, Has.Count.EqualTo(4));
            foreach (var record in records)
                Assert.That(EvidenceRecordReader.Read(record.GetProperty("binaryData").GetProperty("value").GetBytesFromBase64(), EvidenceLimits.Default, "r").Record!.Kind, Is.EqualTo(format == Ers ? "RFC4998" : "RFC6283"));
        }
        foreach (var subject in new[] { "PO", "POwithDetachedEvidence", "POwithEmbeddedEvidence" })
        {
            var (status, body) = await _server.CallAsync("officer", "RetrievePO", new { poId = Package, sor = subject });
            Assert.That((status, body.GetProperty("result").GetProperty("min").GetString()), Is.EqualTo((HttpStatusCode.Forbidden, Error + "noPermission")));
        }
        var one = await _server.CallAsync("officer", "RetrievePO", new { poId = Package, sor = "Evidence", optIn = new { path = new[] { "METS.xml" } } });
        Assert.That(one.Body.GetProperty("po").EnumerateArray().Single().GetProperty("relObj")[0].GetString(), Is.EqualTo("METS.xml"));
    }

    [TestCase("RetrievePO")]
    [TestCase("RetrieveTrace")]
    [TestCase("DeletePO")]
    [TestCase("UpdatePOC")]
    public async Task People_of_another_agency_are_told_that_there_is_no_such_thing(string operation)
    {
        foreach (var id in new[] { _server.Archive.Package, _server.Archive.Rejected })
        {
            var (status, body) = await _server.CallAsync("otherProducer", operation, new { poId = $"urn:uuid:{id}" });
            Assert.That((status, body.GetProperty("result").GetProperty("min").GetString()), Is.EqualTo((HttpStatusCode.NotFound, Error + "unknownPOID")));
        }
        Assert.That((await _server.CallAsync("otherProducer", "Search", new { fi = "notation=" + Uri.EscapeDataString("QĐ-UBND") })).Body.GetProperty("poId").GetArrayLength(), Is.Zero);
        Assert.That((await _server.CallAsync("producer", "Search", new { fi = "notation=" + Uri.EscapeDataString("QĐ-UBND") + "&date=2024-04-01" })).Body.GetProperty("result").GetProperty("maj").GetString(), Does.EndWith("Success"));
        Assert.That((await _server.CallAsync("producer", "Search", new { fi = "notation=" + Uri.EscapeDataString("QĐ-UBND") })).Body.GetProperty("poId").EnumerateArray().Select(p => p.GetString()), Does.Contain(Package));
    }

    private async Task<int> CountAsync()
    {
        await using var session = await _server.Archive.BeginAsync();
        return await session.Rows.Submissions.CountAsync();
    }
}
