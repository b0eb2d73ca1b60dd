using System.Text;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Tests.Algorithms;

internal sealed class AlgorithmCatalogueTests
{
    private static DateTimeOffset On(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);

    private static IEnumerable<string> Faults(AlgorithmCatalogue catalogue, DateTimeOffset at, params (string Name, int Bits)[] uses) =>
        catalogue.Faults(uses.Select(u => new AlgorithmUse(u.Name, u.Bits)), at).Select(f => f.Use.ToString());

    [TestCase("SHA-1", 0, "2012-07-31", true)]
    [TestCase("SHA-1", 0, "2012-08-01", false)]
    [TestCase("SHA-256", 0, "2050-01-01", true)]
    [TestCase("SHA-224", 0, "2029-01-01", false)]
    [TestCase("RSA", 1024, "2019-09-30", true)]
    [TestCase("RSA", 1024, "2019-10-01", false)]
    [TestCase("RSA", 1023, "2000-01-01", false)]
    [TestCase("RSA", 2048, "2028-12-31", true)]
    [TestCase("RSA", 2048, "2029-01-01", false)]
    [TestCase("RSASSA-PSS", 2999, "2029-01-01", false)]
    [TestCase("RSASSA-PSS", 3000, "2029-01-01", true)]
    [TestCase("ECDSA", 256, "2050-01-01", true)]
    [TestCase("ECDSA", 255, "2026-01-01", false)]
    [TestCase("ROT-13", 0, "2026-01-01", false)]
    public void Etsi_relies_on_an_algorithm_until_its_day(string name, int bits, string day, bool isReliable) =>
        Assert.That(Faults(AlgorithmCatalogue.Etsi, DateTimeOffset.Parse(day + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture), (name, bits)).Any(), Is.EqualTo(!isReliable));

    [Test]
    public void Circular_15_asks_for_pss_or_ecdsa_from_its_day()
    {
        var at = On(2025, 8, 15);
        Assert.That(Faults(AlgorithmCatalogue.Vietnam, at, ("RSASSA-PSS", 2048), ("ECDSA", 256), ("SHA3-224", 0), ("SHA-512/224", 0), ("SHA-256", 0)), Is.Empty);
        Assert.That(Faults(AlgorithmCatalogue.Vietnam, at, ("RSA", 2048), ("SHA-224", 0), ("ECDSA", 224), ("RSASSA-PSS", 1024)), Is.EqualTo(new[] { "RSA 2048", "SHA-224", "ECDSA 224", "RSASSA-PSS 1024" }));
        Assert.That(Faults(AlgorithmCatalogue.Vietnam, On(2025, 8, 14), ("RSA", 2048)), Is.Empty);
    }

    [Test]
    public void Every_digest_that_is_computed_is_listed_and_every_line_has_a_source()
    {
        foreach (var catalogue in AlgorithmCatalogue.All)
        {
            Assert.That(HashFunction.All.Select(h => h.Name), Is.SubsetOf(catalogue.Entries.Select(e => e.Name)), catalogue.Name);
            Assert.That(catalogue.Entries.Select(e => e.Source), Has.None.Empty);
            Assert.That(catalogue.Digest, Does.Match("^[0-9a-f]{64}$"));
            Assert.That(AlgorithmCatalogue.Find(catalogue.Name), Is.SameAs(catalogue));
        }
    }

    [Test]
    public void What_ends_before_a_day_is_told_in_order()
    {
        var ending = AlgorithmCatalogue.Etsi.WhatExpiresBefore(On(2029, 1, 2)).ToList();
        Assert.That(ending.Select(e => e.ReliableUntil), Is.Ordered);
        Assert.That(ending.Select(e => (e.Name, e.FromBits)), Does.Contain(("RSA", 1900)).And.Contain(("SHA-224", 0)).And.Not.Contain(("SHA-256", 0)));
    }

    [TestCase("{}")]
    [TestCase("[")]
    [TestCase("""{"name":"x","source":"y","sourceDate":"2024-13-01","algorithms":[]}""")]
    [TestCase("""{"name":"x","source":"y","sourceDate":"2024-01-01","algorithms":[{"name":"A","reliableUntil":null},{"name":"A","reliableUntil":null}]}""")]
    public void A_malformed_catalogue_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => AlgorithmCatalogue.Load(Encoding.UTF8.GetBytes(text)));
}
