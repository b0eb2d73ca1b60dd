using System.Text.Json;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Reports;

public sealed class VerificationReportTests
{
    [Test]
    public async Task The_json_has_the_contract_s_fields_and_words()
    {
        using var root = new TestAuthority();
        using var signer = root.IssueSigner();
        var report = await SigningBench.VerifyAsync(SigningBench.Sign([1], signer, true), [1], SigningBench.Trust(root.Certificate));
        using var json = JsonDocument.Parse(report.ToJson());
        var signature = json.RootElement.GetProperty("signatures")[0];
        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.EnumerateObject().Select(p => p.Name), Is.SupersetOf(new[] { "file", "outcome", "signatures", "evidence", "timestamps" }));
            Assert.That(json.RootElement.GetProperty("outcome").GetString(), Is.EqualTo("INTACT"));
            Assert.That(signature.EnumerateObject().Select(p => p.Name), Is.SupersetOf(new[]
            {
                "id", "format", "level", "cryptographic", "scope", "coverage", "claimedTime", "provenTime", "indication", "subIndication",
                "signer", "timestamps", "findings",
            }));
            Assert.That(signature.GetProperty("subIndication").GetString(), Is.EqualTo("TRY_LATER"));
            Assert.That(signature.GetProperty("indication").GetString(), Is.EqualTo("INDETERMINATE"));
            Assert.That(signature.GetProperty("findings")[0].EnumerateObject().Select(p => p.Name),
                Is.EqualTo(new[] { "code", "severity", "clause", "path", "expected", "found", "message", "hint" }));
        });
    }

    [Test]
    public void Every_rule_speaks_both_languages()
    {
        Assert.That(SignatureRules.All, Is.Not.Empty);
        foreach (var rule in SignatureRules.All.Concat(ConclusionRules.All))
            Assert.That(rule.Message.En.Length > 0 && rule.Hint.En.Length > 0
                && rule.Message.Vi.Any(c => c > 127) && rule.Hint.Vi.Any(c => c > 127), rule.Code);
    }
}
