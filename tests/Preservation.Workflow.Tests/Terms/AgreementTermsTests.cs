using System.Text.Json;
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

    [TestCase("""{"aproval":"automatic"}""")]
    [TestCase("""{"approval":"nobody"}""")]
    [TestCase("""{"keepRejectedDays":"many"}""")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{")]
    public void A_misspelt_term_is_refused_and_not_passed_over(string json) =>
        Assert.That(() => AgreementTerms.Parse(json), Throws.InstanceOf<JsonException>());
}
