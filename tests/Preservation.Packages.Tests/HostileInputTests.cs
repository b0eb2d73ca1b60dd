using System.Text;
using System.Xml;
using Preservation.Core;
using Preservation.Packages.Mets;
using Preservation.Packages.Premis;
using Preservation.Packages.Tests.BagIt;
using Preservation.Packages.Tests.Eark;
using Preservation.Packages.Tests.Tt05;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Tests;

/// <summary>Input made to hurt: too deep, too many of one thing.</summary>
[CancelAfter(120_000)]
public sealed class HostileInputTests
{
    private const int Deep = 200_000;

    private static MemoryStream Nested(string before, string open, string close, string after) => new(Encoding.UTF8.GetBytes(
        before + string.Concat(Enumerable.Repeat(open, Deep)) + string.Concat(Enumerable.Repeat(close, Deep)) + after));

    [TestCase("<mets xmlns='http://www.loc.gov/METS/'><structMap>", "<div>", "</div>", "</structMap></mets>")]
    [TestCase("<mets xmlns='http://www.loc.gov/METS/'><fileSec>", "<fileGrp>", "</fileGrp>", "</fileSec></mets>")]
    [TestCase("<mets xmlns='http://www.loc.gov/METS/'>", "<x>", "</x>", "</mets>")]
    [TestCase("<mets xmlns='http://www.loc.gov/METS/'><dmdSec><mdWrap><xmlData>", "<x>", "</x>", "</xmlData></mdWrap></dmdSec></mets>")]
    [TestCase("<mets xmlns='http://www.loc.gov/METS/'><metsHdr><agent>", "<name>", "</name>", "</agent></metsHdr></mets>")]
    public void METS_that_is_too_deep_is_refused(string before, string open, string close, string after) =>
        Assert.That(async () => await MetsReader.ReadAsync(Nested(before, open, close, after), Limits.Default, default), Throws.InstanceOf<XmlException>());

    [TestCase("<premis xmlns='http://www.loc.gov/premis/v3'>", "<object>", "</object>", "</premis>")]
    [TestCase("<premis xmlns='http://www.loc.gov/premis/v3'><object><objectCharacteristics>", "<x>", "</x>", "</objectCharacteristics></object></premis>")]
    [TestCase("<premis xmlns='http://www.loc.gov/premis/v3'>", "<x>", "</x>", "</premis>")]
    public void PREMIS_that_is_too_deep_is_refused(string before, string open, string close, string after) =>
        Assert.That(async () => await PremisReader.ReadAsync(Nested(before, open, close, after), Limits.Default, default), Throws.InstanceOf<XmlException>());

    [Test]
    public async Task A_text_in_many_pieces_is_read_in_bounded_time()
    {
        var pieces = string.Concat(Enumerable.Repeat("<![CDATA[x]]>", Deep));
        var mets = await MetsReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes($"<mets xmlns='http://www.loc.gov/METS/'><metsHdr><agent><name>{pieces}</name></agent></metsHdr></mets>")), Limits.Default, default);
        var premis = await PremisReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes($"<premis xmlns='http://www.loc.gov/premis/v3'><object><originalName>{pieces}</originalName></object></premis>")), Limits.Default, default);
        Assert.That((mets.Header!.Agents[0].Name!.Length, premis.Objects[0].OriginalName!.Length), Is.EqualTo((Deep, Deep)));
    }

    [Test]
    public void A_descriptor_that_is_too_deep_is_refused() =>
        Assert.That(async () => await SimpleDc.ReadAsync(Nested("<simpledc><title>", "<x>", "</x>", "</title></simpledc>"), Limits.Default, default), Throws.InstanceOf<XmlException>());

    [Test]
    public async Task Metadata_that_is_too_deep_is_refused()
    {
        var (source, findings) = await Tt05Source.ReadAsync(Nested("{\"dossier\":", "[", "]", "}"), Limits.Default, default);
        Assert.That((source, findings.Single().Rule.Code), Is.EqualTo(((Tt05Source?)null, "VN-SRC-03")));
    }

    [Test]
    public async Task A_manifest_of_many_bad_lines_gives_a_bounded_number_of_findings()
    {
        var bag = BagSamples.Bag();
        bag.With(BagSamples.Manifest, string.Concat(Enumerable.Range(0, 300_000).Select(i => $"x data/{i}\n")));
        var report = await BagSamples.CheckAsync(bag);
        Assert.That(report.Findings, Has.Length.LessThan(2_100));
        Assert.That(report.Findings.Single(f => f.Rule.Code == "LIMIT-FINDINGS").Found, Is.EqualTo("299000"));
    }

    [Test]
    public async Task A_METS_of_many_unknown_references_is_checked_in_bounded_time()
    {
        var sip = await EarkSamples.GetAsync(EarkSample.Sip);
        var many = string.Join(' ', Enumerable.Range(0, 200_000).Select(i => "x" + i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        EarkMutant.Cut(" ADMID=\"[^\"]*\"", $" ADMID=\"{many}\"")(sip);
        Assert.That((await EarkSamples.CheckAsync(sip)).Findings, Has.Length.LessThan(2_100));
        var tt05 = await Tt05Samples.SipAsync();
        EarkMutant.Cut(" DMDID=\"[^\"]*\"", $" DMDID=\"{many}\"")(tt05);
        Assert.That((await Tt05Samples.CheckAsync(tt05)).Findings, Has.Length.LessThan(2_100));
    }
}
