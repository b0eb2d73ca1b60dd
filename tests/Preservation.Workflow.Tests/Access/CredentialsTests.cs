using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Preservation.Workflow.Access;

namespace Preservation.Workflow.Tests.Access;

/// <summary>Keys that end and take each other's place; subjects and certificates that prove one principal alone.</summary>
internal sealed class CredentialsTests : AccessFixture
{
    private const string Issuer = "https://sso.example.gov.vn";

    [Test]
    public async Task A_key_that_takes_anothers_place_stands_beside_it_for_the_overlap_and_no_longer()
    {
        var old = await ChangeAsync(s => Credentials.CreateKeyAsync(s, Administrator, Person, null, default));
        var oldKey = ((RightsOutcome.Done)old).Key;
        var turned = await ChangeAsync(s => Credentials.RotateKeyAsync(s, Administrator, Person, IdOf(old), 24, null, default));
        var newKey = ((RightsOutcome.Done)turned).Key;
        Assert.That(new[] { await Callers.FindAsync(oldKey, default), await Callers.FindAsync(newKey, default) }, Has.None.Null);
        Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.That(await Callers.FindAsync(oldKey, default), Is.Not.Null);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await Callers.FindAsync(oldKey, default), Is.Null);
        Assert.That(await Callers.FindAsync(newKey, default), Is.Not.Null);
        Assert.That(await ChangeAsync(s => Credentials.RotateKeyAsync(s, Administrator, Person, IdOf(old), null, null, default)), Is.EqualTo(new RightsOutcome.Refused(RightsRefusal.EndedAlready)));
    }

    [Test]
    public async Task A_key_ends_within_a_year_whatever_is_asked()
    {
        var key = ((RightsOutcome.Done)await ChangeAsync(s => Credentials.CreateKeyAsync(s, Administrator, Person, null, default))).Key;
        Assert.That((await ChangeAsync(s => Credentials.CreateKeyAsync(s, Administrator, Person, Clock.GetUtcNow().AddDays(366), default)) as RightsOutcome.Invalid)?.Field, Is.EqualTo("expiresAt"));
        Assert.That((await ChangeAsync(s => Credentials.CreateKeyAsync(s, Administrator, Person, Clock.GetUtcNow(), default)) as RightsOutcome.Invalid)?.Field, Is.EqualTo("expiresAt"));
        Clock.Advance(TimeSpan.FromDays(PeopleTerms.KeyDays));
        Assert.That(await Callers.FindAsync(key, default), Is.Null);
    }

    [Test]
    public async Task A_subject_proves_one_principal_and_another_one_only_after_it_was_revoked()
    {
        var other = await AddAsync("Trần Thị B");
        var first = IdOf(await ChangeAsync(s => Credentials.BindSubjectAsync(s, Administrator, Person, Issuer, "a1", null, default)));
        Assert.That((await Callers.FindSubjectAsync(Issuer, "a1", default))!.PrincipalId, Is.EqualTo(Person));
        Assert.That(await Callers.FindSubjectAsync(Issuer, "A1", default), Is.Null, "subjects are case-sensitive");
        Assert.That(await Callers.FindSubjectAsync(Issuer + "/", "a1", default), Is.Null, "another issuer is another name");
        Assert.That(await ChangeAsync(s => Credentials.BindSubjectAsync(s, Administrator, other, Issuer, "a1", null, default)), Is.EqualTo(new RightsOutcome.Refused(RightsRefusal.TakenAlready)));
        IdOf(await ChangeAsync(s => Credentials.RevokeAsync(s, Administrator, Person, first, default)));
        Assert.That(await Callers.FindSubjectAsync(Issuer, "a1", default), Is.Null);
        IdOf(await ChangeAsync(s => Credentials.BindSubjectAsync(s, Administrator, other, Issuer, "a1", null, default)));
        Assert.That((await Callers.FindSubjectAsync(Issuer, "a1", default))!.PrincipalId, Is.EqualTo(other));
    }

    [TestCase("no address", "a", "issuer")]
    [TestCase("ftp://sso.example", "a", "issuer")]
    [TestCase(null, "a", "issuer")]
    [TestCase(Issuer, " ", "subject")]
    [TestCase(Issuer, null, "subject")]
    public async Task What_is_no_subject_is_not_entered(string? issuer, string? subject, string field) =>
        Assert.That((await ChangeAsync(s => Credentials.BindSubjectAsync(s, Administrator, Person, issuer, subject, null, default)) as RightsOutcome.Invalid)?.Field, Is.EqualTo(field));

    [Test]
    public async Task A_certificate_proves_by_its_key_as_long_as_it_holds_and_nothing_else_is_taken_for_one()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = Clock.GetUtcNow();
        using var certificate = new CertificateRequest("CN=hệ thống nộp", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        IdOf(await ChangeAsync(s => Credentials.BindCertificateAsync(s, Administrator, Person, certificate.ExportCertificatePem(), default)));
        Assert.That((await Callers.FindCertificateAsync(key.ExportSubjectPublicKeyInfo(), default))!.PrincipalId, Is.EqualTo(Person));
        foreach (var bad in new[] { null, "", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", key.ExportPkcs8PrivateKeyPem() + certificate.ExportCertificatePem() })
            Assert.That((await ChangeAsync(s => Credentials.BindCertificateAsync(s, Administrator, Person, bad, default)) as RightsOutcome.Invalid)?.Field, Is.EqualTo("certificate"));
        Clock.Advance(TimeSpan.FromDays(31));
        Assert.That(await Callers.FindCertificateAsync(key.ExportSubjectPublicKeyInfo(), default), Is.Null);
    }
}
