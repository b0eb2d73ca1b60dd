using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Testing;
using static Preservation.Signatures.Tests.Path.TestPki;

namespace Preservation.Signatures.Tests.Path;

/// <summary>OCSP responses (RFC 6960).</summary>
internal sealed class OcspTests
{
    private const string OcspSigning = "1.3.6.1.5.5.7.3.9";
    private static readonly (string, bool, byte[]) NoCheck = ("1.3.6.1.5.5.7.48.1.5", false, [5, 0]);

    private static PathReport JudgeBy(Party user, Party root, byte[] response, byte[][]? lists = null, DateTimeOffset? at = null, params Party[] between) =>
        Judge(user, root, between, lists ?? [], r => r with { OcspResponses = [response] }, at);

    private static Party Responder(Party issuer, params (string, bool, byte[])[] extensions) =>
        Issue(issuer, Name("CN=Responder"), new Wish { Extensions = extensions });

    private static ResponseWish With(Party responder) => new() { Certificates = [responder.Certificate] };

    private static readonly object[] Forms =
    [
        new ResponseWish(), new ResponseWish { IsByKey = true }, new ResponseWish { IsBare = true },
        new ResponseWish { Hash = HashAlgorithmName.SHA256, HashOid = "2.16.840.1.101.3.4.2.1" },
    ];

    [TestCaseSource(nameof(Forms))]
    public void The_issuers_own_answer_is_enough_in_every_form(ResponseWish wish)
    {
        var root = Root();
        var user = User(root);
        Assert.That(JudgeBy(user, root, Response(user, root, root, wish)).Reason, Is.Empty);
        Assert.That(JudgeBy(user, root, Response(user, root, root, wish with { State = 1 })).Reason, Does.Contain("revoked"));
        Assert.That(JudgeBy(user, root, Response(user, root, root, wish with { State = 2 })).Reason, Does.Contain("no usable"));
    }

    [Test]
    public void An_answer_about_another_certificate_or_by_another_issuer_says_nothing()
    {
        var root = Root();
        var user = User(root);
        var other = Root("CN=Other");
        Assert.That(JudgeBy(user, root, Response(User(root), root, root)).Outcome, Is.EqualTo(PathOutcome.PathInvalid));
        Assert.That(JudgeBy(user, root, Response(user, other, root)).Outcome, Is.EqualTo(PathOutcome.PathInvalid));
        Assert.That(JudgeBy(user, root, Response(user, root, other)).Outcome, Is.EqualTo(PathOutcome.PathInvalid));
        Assert.That(JudgeBy(user, root, Response(user, root, root with { Key = other.Key })).Outcome, Is.EqualTo(PathOutcome.PathInvalid), "a forged signature");
    }

    [Test]
    public void An_answer_must_be_current_at_the_judged_time()
    {
        var root = Root();
        var user = User(root);
        Assert.That(JudgeBy(user, root, Response(user, root, root, new ResponseWish { NextUpdate = At.AddMinutes(-1) })).Reason, Does.Contain("no usable"));
        Assert.That(JudgeBy(user, root, Response(user, root, root, new ResponseWish { NextUpdate = null })).Reason, Does.Contain("no usable"));
        Assert.That(JudgeBy(user, root, Response(user, root, root, new ResponseWish { ThisUpdate = At.AddMinutes(1) })).Reason, Does.Contain("no usable"));
        Assert.That(JudgeBy(user, root, Response(user, root, root, new ResponseWish { ThisUpdate = At, NextUpdate = null })).Reason, Is.Empty);
    }

    [Test]
    public void A_delegated_responder_needs_its_purpose_and_the_same_issuer()
    {
        var root = Root();
        var authority = Authority(root, "CN=A");
        var user = User(authority);
        PathReport By(Party responder) => JudgeBy(user, root, Response(user, authority, responder, With(responder)), [List(root)], null, authority);
        Assert.That(By(Responder(authority, Purposes(false, OcspSigning), NoCheck)).Reason, Is.Empty);
        Assert.That(By(Responder(authority, NoCheck)).Reason, Does.Contain("no usable"), "no purpose");
        Assert.That(By(Responder(authority, Purposes(false, "2.5.29.37.0"), NoCheck)).Reason, Does.Contain("no usable"), "any purpose is not this one");
        Assert.That(By(Responder(root, Purposes(false, OcspSigning), NoCheck)).Reason, Does.Contain("no usable"), "of another issuer");
        Assert.That(By(Responder(authority, Purposes(false, OcspSigning), NoCheck, ("1.2.3.4", true, [5, 0]))).Reason, Does.Contain("no usable"), "unknown critical extension");
        var encipherer = Issue(authority, Name("CN=Responder"), new Wish { KeyUsage = X509KeyUsageFlags.KeyEncipherment, Extensions = [Purposes(false, OcspSigning), NoCheck] });
        Assert.That(By(encipherer).Reason, Does.Contain("no usable"), "key usage");
        var ended = Issue(authority, Name("CN=Responder"), new Wish { NotAfter = At.AddDays(-1), Extensions = [Purposes(false, OcspSigning), NoCheck] });
        Assert.That(By(ended).Reason, Does.Contain("no usable"), "ended");
    }

    [Test]
    public void A_responder_without_nocheck_must_not_be_revoked_itself()
    {
        var root = Root();
        var authority = Authority(root, "CN=A");
        var user = User(authority);
        var responder = Responder(authority, Purposes(false, OcspSigning));
        var point = new ListWish { Scope = Scope(TextName(6, "http://a/responders")) };
        var listed = Issue(authority, Name("CN=Responder"), new Wish { Extensions = [Purposes(false, OcspSigning), DistributionPoint(TextName(6, "http://a/responders"))] });
        var answer = Response(user, authority, listed, With(listed));
        Assert.That(JudgeBy(user, root, Response(user, authority, responder, With(responder)), [List(root)], null, authority).Reason, Does.Contain("CN=User: no usable"));
        Assert.That(JudgeBy(user, root, answer, [List(root), List(authority, point)], null, authority).Reason, Is.Empty);
        Assert.That(JudgeBy(user, root, answer, [List(root), List(authority, point with { Entries = [(listed.Serial, 1, null)] })], null, authority).Reason, Does.Contain("CN=User: no usable"));
    }

    [Test]
    public void A_responder_cannot_vouch_for_itself()
    {
        var root = Root();
        var responder = Responder(root, Purposes(false, OcspSigning));
        var user = User(root);
        var report = Judge(user, root, [], [], r => r with
        {
            OcspResponses = [Response(user, root, responder, With(responder)), Response(responder, root, responder, With(responder))],
        });
        Assert.That(report.Reason, Does.Contain("no usable"));
    }

    [Test]
    public void A_responders_certificate_may_lie_beside_the_response()
    {
        var root = Root();
        var user = User(root);
        var responder = Responder(root, Purposes(false, OcspSigning), NoCheck);
        foreach (var byKey in new[] { true, false })
            Assert.That(JudgeBy(user, root, Response(user, root, responder, new ResponseWish { IsByKey = byKey }), null, null, responder).Reason, Is.Empty);
    }

    [Test]
    public void A_list_that_revokes_is_not_outvoted_by_a_good_answer()
    {
        var root = Root();
        var user = User(root);
        Assert.That(JudgeBy(user, root, Response(user, root, root), [List(root, new ListWish { Entries = [(user.Serial, 1, null)] })]).Reason, Does.Contain("revoked"));
    }

    [Test]
    public void A_critical_extension_that_is_not_known_spoils_the_answer()
    {
        var root = Root();
        var user = User(root);
        Assert.That(JudgeBy(user, root, Response(user, root, root, new ResponseWish { Extensions = [("1.2.3.4", true, [5, 0])] })).Reason, Does.Contain("no usable"));
    }

    [Test]
    public void An_archive_cutoff_keeps_answers_about_ended_certificates()
    {
        var root = Root();
        var user = Issue(root, Name("CN=User"), new Wish { NotAfter = At.AddDays(-5) });
        Indication Of(ResponseWish wish)
        {
            Certificate.TryDecode(user.Certificate, out var certificate);
            var material = new PathMaterial(TrustAnchors.FromCertificates([root.Certificate]), [], [], SignatureLimits.Default, [])
                .With(new EmbeddedMaterial([], [], [Response(user, root, root, wish)]));
            return new PathValidation(material, "x").Validate(certificate!, PathPurpose.Any, At.AddDays(-6), At).Indication;
        }
        Assert.That(Of(new ResponseWish()), Is.EqualTo(Indication.Indeterminate));
        var cutoff = ("1.3.6.1.5.5.7.48.1.6", false, Encode(w => w.WriteGeneralizedTime(At.AddDays(-100), true)));
        Assert.That(Of(new ResponseWish { Extensions = [cutoff] }), Is.EqualTo(Indication.TotalPassed));
    }

    [Test]
    public async Task A_signature_passes_by_an_answer_instead_of_a_list()
    {
        var root = Root();
        var user = User(root);
        using var bare = X509CertificateLoader.LoadCertificate(user.Certificate);
        using var signer = bare.CopyWithPrivateKey(user.Key);
        var signature = SigningBench.Sign([1, 2, 3], signer, detached: true);
        async Task<(Indication, SubIndication?)> Of(params ReadOnlyMemory<byte>[] answers)
        {
            var policy = new VerificationPolicy { TrustAnchors = TrustAnchors.FromCertificates([root.Certificate]), OcspResponses = [.. answers] };
            var report = await SigningBench.VerifyAsync(signature, [1, 2, 3], policy, At);
            return (report.Signatures.Single().Indication, report.Signatures.Single().SubIndication);
        }
        Assert.That(await Of(), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.TryLater)));
        Assert.That(await Of(Response(user, root, root)), Is.EqualTo((Indication.TotalPassed, (SubIndication?)null)));
        Assert.That(await Of(Response(user, root, root, new ResponseWish { State = 1 })), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.RevokedNoPoe)));
    }

    [Test]
    public void An_error_response_is_read_and_says_nothing()
    {
        Assert.That(OcspResponse.TryDecode(new byte[] { 0x30, 3, 10, 1, 6 }, out var response), Is.True);
        Assert.That(response!.Answers, Is.Empty);
    }

    [Test]
    public async Task Openssl_reads_our_test_responses_as_we_do()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("ocsp-").FullName;
        try
        {
            var root = Root();
            var user = User(root);
            await File.WriteAllBytesAsync(System.IO.Path.Join(folder, "r.der"), Response(user, root, root));
            var (exit, output) = await OutsideProgram.RunAsync("openssl", folder, "ocsp", "-respin", "r.der", "-noverify", "-resp_text");
            Assert.That((exit, output), Is.EqualTo((0, output)));
            Assert.That(output, Does.Contain("Cert Status: good"));
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }
}
