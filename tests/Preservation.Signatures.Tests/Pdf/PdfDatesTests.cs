using System.Text;
using Preservation.Signatures.Pdf;

namespace Preservation.Signatures.Tests.Pdf;

/// <summary>Dates of PDF (ISO 32000-2 §7.9.4), as signatures claim them.</summary>
public sealed class PdfDatesTests
{
    [TestCase("D:20260301120000+07'00'", "2026-03-01T12:00:00+07:00")]
    [TestCase("D:2026", "2026-01-01T00:00:00+00:00")]
    [TestCase("20260301Z", "2026-03-01T00:00:00+00:00")]
    [TestCase("D:20260301120000-14'00'", "2026-03-01T12:00:00-14:00")]
    public void A_date_is_read(string text, string date) => Assert.That(PdfDates.Parse(Encoding.ASCII.GetBytes(text)), Is.EqualTo(DateTimeOffset.Parse(date, System.Globalization.CultureInfo.InvariantCulture)));

    [TestCase("D:20260301120000+14'30'")]
    [TestCase("D:20260301120000+15'00'")]
    [TestCase("D:20261301")]
    [TestCase("D:00010101000000+14'00'")]
    [TestCase("D:99991231235959-14'00'")]
    [TestCase("")]
    public void What_is_no_instant_is_none(string text) => Assert.That(PdfDates.Parse(Encoding.ASCII.GetBytes(text)), Is.Null);
}
