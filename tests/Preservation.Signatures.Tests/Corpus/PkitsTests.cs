using System.Globalization;
using Preservation.Signatures.Path;
using Preservation.Testing;

namespace Preservation.Signatures.Tests.Corpus;

/// <summary>NIST's Public Key Interoperability Test Suite, the half that is shared.</summary>
internal sealed class PkitsTests
{
    private const string NistPolicy = "2.16.840.1.101.3.2.1.48.";

    [Test]
    public async Task Every_path_of_the_suite_is_judged_as_it_says()
    {
        var rows = CorpusCase.ReadTable("signatures/pkits/PKITS.csv");
        Assert.That(rows, Has.Count.EqualTo(117));
        var agree = 0;
        var sections = new SortedDictionary<int, (int Agree, int All)>();
        foreach (var row in rows)
        {
            var report = CertificatePath.Validate(Certificate(row["end_entity"]), Request(row), Time(row));
            var found = report.Outcome switch { PathOutcome.PathValid => "PATH_VALID", PathOutcome.PathInvalid => "PATH_INVALID", _ => "INDETERMINATE" };
            var isSame = found == row["expected"];
            if (isSame) agree++;
            var section = int.Parse(row["pkits_test"].Split('.')[1], CultureInfo.InvariantCulture);
            var (a, n) = sections.GetValueOrDefault(section);
            sections[section] = (a + (isSame ? 1 : 0), n + 1);
            await TestContext.Out.WriteLineAsync($"{row["case_id"],-18} {found,-14} {(isSame ? "" : "EXPECTED " + row["expected"])} {report.Reason}");
            if (row["expected"] == "PATH_INVALID") Assert.That(found, Is.Not.EqualTo("PATH_VALID"), row["case_id"]);
        }
        foreach (var (section, (a, n)) in sections) await TestContext.Out.WriteLineAsync($"4.{section,-3} {a} of {n}");
        await TestContext.Out.WriteLineAsync($"PKITS: {agree} of {rows.Count} agree");
        Assert.That(agree, Is.EqualTo(117));
    }

    // Whatever else lies beside what a case needs must not change its verdict: real material holds everybody's certificates and lists.
    [Test]
    public void The_verdicts_are_the_same_when_all_certificates_and_lists_of_the_suite_are_at_hand()
    {
        var folder = SharedFiles.Corpus("signatures/pkits");
        var authorities = Directory.EnumerateFiles(System.IO.Path.Join(folder, "certs"), "*.crt").Order(StringComparer.Ordinal)
            .Where(f => !f.EndsWith("EE.crt", StringComparison.Ordinal)).Select(Read).ToList();
        var lists = Directory.EnumerateFiles(System.IO.Path.Join(folder, "crls")).Order(StringComparer.Ordinal).Select(Read).ToList();
        var differing = new List<string>();
        foreach (var row in CorpusCase.ReadTable("signatures/pkits/PKITS.csv"))
        {
            var request = Request(row) with
            {
                Intermediates = [.. authorities], Crls = [.. lists], Limits = SignatureLimits.Default with { MaxPathChecks = 2_000 },
            };
            var isValid = CertificatePath.Validate(Certificate(row["end_entity"]), request, Time(row)).Outcome == PathOutcome.PathValid;
            if (isValid != (row["expected"] == "PATH_VALID")) differing.Add(row["case_id"]);
        }
        Assert.That(differing, Is.Empty);
    }

    private static DateTimeOffset Time(Dictionary<string, string> row) => DateTimeOffset.Parse(row["validation_time"], CultureInfo.InvariantCulture);

    private static PathRequest Request(Dictionary<string, string> row) => new()
    {
        TrustAnchors = TrustAnchors.FromCertificates([Certificate(row["trust_anchor"])]),
        Intermediates = [.. Split(row["intermediates"]).Select(Certificate)],
        Crls = [.. Split(row["crls"]).Select(c => Read(SharedFiles.Corpus("signatures/pkits/crls/" + c)))],
        Policies = [.. Split(row["initial_policy_set"]).Select(p => NistPolicy + p["NIST-test-policy-".Length..])],
        ExplicitPolicy = row["flags"].Contains("withExplicitPolicyRequired(true)", StringComparison.Ordinal),
        InhibitAnyPolicy = row["flags"].Contains("withInhibitAnyPolicy(true)", StringComparison.Ordinal),
        InhibitPolicyMapping = row["flags"].Contains("withPolicyMappingInhibited(true)", StringComparison.Ordinal),
    };

    private static string[] Split(string list) => list.Split(';', StringSplitOptions.RemoveEmptyEntries);

    private static ReadOnlyMemory<byte> Certificate(string name) => Read(SharedFiles.Corpus("signatures/pkits/certs/" + name));

    private static ReadOnlyMemory<byte> Read(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
