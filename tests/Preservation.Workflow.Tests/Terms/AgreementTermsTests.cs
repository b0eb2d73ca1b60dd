using System.Text.Json;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Terms;

namespace Preservation.Workflow.Tests.Terms;

internal sealed class AgreementTermsTests
{
    [Test]
    public void Defaults_are_the_careful_ones()
    {
        var terms = AgreementTerms.Parse("{}");
        Assert.That(terms.Approval, Is.EqualTo(ApprovalMode.Person));
        Assert.That(terms.BrokenSignature, Is.EqualTo(VerdictAction.Reject));
        Assert.That(terms.KeepRejectedDays, Is.EqualTo(30));
        Assert.That(terms.PackageKinds, Is.EquivalentTo(new[] { "tt05", "eark", "bagit" }));
    }

    [Test]
    public void Terms_survive_being_stored()
    {
        var terms = AgreementTerms.Parse("""{"approval":"automatic","untrustedSignature":"reject","keepRejectedDays":3,"maxPackageBytes":1000,"packageKinds":["tt05"]}""");
        var again = AgreementTerms.Parse(terms.ToJson());
        Assert.That(again.ToJson(), Is.EqualTo(terms.ToJson()));
        Assert.That(again.Approval, Is.EqualTo(ApprovalMode.Automatic));
        Assert.That(again.UntrustedSignature, Is.EqualTo(VerdictAction.Reject));
        Assert.That((again.KeepRejectedDays, again.MaxPackageBytes), Is.EqualTo((3, (long?)1000)));
    }

    [TestCase("{}", Indication.TotalFailed, SubIndication.Revoked, ExpectedResult = VerdictAction.Warn)]
    [TestCase("""{"untrustedSignature":"reject"}""", Indication.TotalFailed, SubIndication.NotYetValid, ExpectedResult = VerdictAction.Reject)]
    [TestCase("""{"untrustedSignature":"reject","failedSignature":"return"}""", Indication.TotalFailed, SubIndication.Expired, ExpectedResult = VerdictAction.Return)]
    [TestCase("""{"failedSignature":"reject","unprovenSignature":"return"}""", Indication.Indeterminate, SubIndication.RevokedNoPoe, ExpectedResult = VerdictAction.Warn)]
    [TestCase("""{"failedSignature":"reject","unprovenSignature":"return"}""", Indication.Indeterminate, SubIndication.TryLater, ExpectedResult = VerdictAction.Return)]
    [TestCase("""{"untrustedSignature":"reject","failedSignature":"reject","unprovenSignature":"reject"}""", Indication.TotalPassed, null, ExpectedResult = null)]
    public VerdictAction? Each_class_of_verdict_has_its_own_term_or_goes_with_the_untrusted(string json, Indication indication, SubIndication? sub) => AgreementTerms.Parse(json).ActionFor(indication, sub);

    [TestCase("""{"signaturePolicy":"none"}""")]
    [TestCase("""{"aproval":"automatic"}""")]
    [TestCase("""{"approval":"nobody"}""")]
    [TestCase("""{"keepRejectedDays":"many"}""")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{")]
    public void A_misspelt_term_is_refused_and_not_passed_over(string json) =>
        Assert.That(() => AgreementTerms.Parse(json), Throws.InstanceOf<JsonException>());
}
