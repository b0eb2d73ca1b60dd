namespace Preservation.Packages.Tests.Tt05;

/// <summary>The optional extension VNSIP.xml.</summary>
public sealed class Tt05ExtensionTests
{
    private const string Path = "metadata/other/VNSIP.xml";

    private const string Sound = """
        <vnsip xmlns="urn:vn:ltdp:vnsip:1">
          <submission>
            <registrationCode>NL.BNV.2026.01</registrationCode><ordinal>3</ordinal>
            <submittingAgency><code>G09</code><name>Bộ Nội vụ</name></submittingAgency><receivingArchive><code>G09.61</code><name>Cục Văn thư</name></receivingArchive>
            <fonds code="G09.01" name="Bộ Nội vụ" status="OPEN"/>
          </submission>
          <appraisal closedYear="2025" scheduleRef="10/2022/TT-BNV"/>
          <access personalData="false"/>
          <document docId="VB-0001" sha256="0000000000000000000000000000000000000000000000000000000000000000"/>
        </vnsip>
        """;

    private static async Task<(List<string> Findings, string? Agency)> CheckAsync(string text)
    {
        var report = await Tt05Samples.CheckAsync((await Tt05Samples.SipAsync()).With(Path, text));
        // The sample's METS does not mention the file, which is a warning of its own.
        return ([.. report.Findings.Where(f => f.Path == Path && f.Rule.Code != "VN-STR-11").Select(f => f.Rule.Code)], report.Description!.AgencyCode);
    }

    [Test]
    public async Task A_sound_one_is_taken_and_tells_the_agency()
    {
        var (findings, agency) = await CheckAsync(Sound);
        Assert.That((findings.Count, agency), Is.EqualTo((0, "G09")));
    }

    [TestCase("status=\"OPEN\"", "status=\"AJAR\"")]
    [TestCase("closedYear=\"2025\"", "closedYear=\"năm ngoái\"")]
    [TestCase("<access personalData=\"false\"/>", "")]
    [TestCase("<code>G09</code>", "<code>không</code>")]
    [TestCase("sha256=\"00", "sha256=\"0")]
    public async Task What_breaks_its_schema_is_told(string sound, string spoilt)
    {
        var text = Sound.Replace(sound, spoilt, StringComparison.Ordinal);
        Assert.That(text, Is.Not.EqualTo(Sound), "the mutation must hit");
        var (findings, _) = await CheckAsync(text);
        Assert.That(findings, Has.Count.GreaterThan(0).And.All.EqualTo("VN-EXT-01"));
    }

    [TestCase("<vnsip>", "PKG-XML")]
    [TestCase("<!DOCTYPE vnsip []><vnsip/>", "PKG-XML")]
    [TestCase("<vnsip/>", "VN-EXT-01")]
    public async Task What_is_no_extension_is_told_once(string text, string code) => Assert.That((await CheckAsync(text)).Findings, Is.EqualTo(new[] { code }));
}
