using System.Text;
using System.Text.RegularExpressions;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Tests.Corpus;
using Preservation.Testing;

namespace Preservation.Signatures.Tests.Xml;

/// <summary>A flipped bit in what a corpus signature signs never verifies: in SignedInfo and in the text that a reference covers.</summary>
public sealed class XmlCorpusFlipTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    // Letters and digits become others of the kind, so that the document stays well-formed and every change is one of the canonical form.
    [Test]
    public async Task No_changed_letter_within_signed_info_or_signed_properties_is_intact()
    {
        var random = new Random(Tier.Seed);
        var rows = CorpusCase.Read().Where(c => c.Format == "xades" && c.Expected == "INTACT").ToList();
        var changes = 0;
        for (var round = 0; round < (Tier.IsLong ? 40_000 : 600); round++)
        {
            var row = rows[random.Next(rows.Count)];
            var bytes = await System.IO.File.ReadAllBytesAsync(SharedFiles.Corpus("signatures/" + row.File));
            if (bytes.Length > 80_000 || !TryChange(bytes, random)) continue;
            changes++;
            var report = await SignatureVerification.VerifyAsync(SigningBench.File(row.File, bytes), [.. row.Data.Select(CorpusCase.Open)], new VerificationPolicy { Digests = [.. row.Digests] }, Now, default);
            Assert.That(report.Outcome, Is.Not.EqualTo(VerificationOutcome.Intact), $"{row.File}, seed {Tier.Seed}, round {round}");
        }
        await TestContext.Out.WriteLineAsync($"{changes} changes");
        Assert.That(changes, Is.GreaterThan(300));
    }

    private static bool TryChange(byte[] bytes, Random random)
    {
        var text = Encoding.Latin1.GetString(bytes);
        foreach (var name in random.Next(2) == 0 ? new[] { "SignedInfo", "SignedProperties" } : ["SignedProperties", "SignedInfo"])
        {
            // The element's own tag: an XPath of a filter can name it earlier, and between that and the element stand unsigned parts.
            var opening = Regex.Match(text, $"<[A-Za-z0-9]*:?{name}[ >]");
            var start = opening.Success ? opening.Index : -1;
            var end = start < 0 ? -1 : text.IndexOf(name + ">", start + opening.Length, StringComparison.Ordinal);
            if (start < 0 || end < start) continue;
            for (var tries = 0; tries < 100; tries++)
            {
                var at = random.Next(start + opening.Length, end);
                var inText = text.LastIndexOf('>', at) > text.LastIndexOf('<', at);
                if (!inText || !char.IsAsciiLetterOrDigit(text[at])) continue;
                bytes[at] = (byte)(char.IsAsciiDigit(text[at]) ? '0' + ((text[at] - '0' + 1 + random.Next(9)) % 10) : (text[at] & 0x20) + 'A' + (((text[at] & 0x1f) - 1 + 1 + random.Next(25)) % 26));
                return true;
            }
        }
        return false;
    }
}
