using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue.Model;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.TimeStamps;
using Preservation.Packages.Premis;
using Preservation.Workflow.Access;
using Preservation.Workflow.Options;
using Preservation.Workflow.Tests.TimeStamping;
using Preservation.Workflow.Tests.Verdicts;

namespace Preservation.Workflow.Tests.Ingest;

/// <summary>What verdicts on signatures lead to, as an agreement has it, and what goes into the AIP.</summary>
internal sealed class SignatureExaminationTests : IngestFixture
{
    private static readonly byte[] RsaEncryption = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];

    protected override void Configure(PreservationOptions options)
    {
        base.Configure(options);
        options.Trust.SecondOpinion = SecondOpinionMode.Always;
    }

    [Test]
    public async Task The_agreement_decides_for_every_class_of_verdict_and_by_its_policy_whether_it_rejects_returns_or_warns()
    {
        var now = Clock.GetUtcNow();
        using var stranger = new Preservation.Testing.Certificates.TestAuthority("Stranger");
        var good = Sign(Root.IssueSigner(saysNoRevocation: true));
        var changed = (byte[])good.Clone();
        changed[^1] ^= 1;
        var lacking = Sign(Root.IssueSigner(crlUrl: "http://not.listed.test/root.crl"));
        var unknown = Sign(stranger.IssueSigner(saysNoRevocation: true));
        var ended = Sign(Root.IssueSigner(notAfter: now.AddDays(-10), saysNoRevocation: true), now.AddDays(-100));
        var unsupported = WithMethod(good, 0x7F);
        (string Terms, byte[] Signature, SubmissionState State, string? Code)[] cases =
        [
            ("", good, SubmissionState.Preserved, null),
            ("", changed, SubmissionState.Rejected, "INGEST-SIGNATURE-BROKEN"),
            (""", "brokenSignature":"warn" """, changed, SubmissionState.Preserved, "INGEST-SIGNATURE-BROKEN-KEPT"),
            (""", "brokenSignature":"return" """, changed, SubmissionState.Returned, "INGEST-SIGNATURE-RETURNED"),
            ("", lacking, SubmissionState.Preserved, "INGEST-SIGNATURE-UNTRUSTED"),
            (""", "untrustedSignature":"reject" """, lacking, SubmissionState.Rejected, "INGEST-SIGNER-REFUSED"),
            (""", "untrustedSignature":"reject", "unprovenSignature":"warn" """, lacking, SubmissionState.Preserved, "INGEST-SIGNATURE-UNTRUSTED"),
            (""", "unprovenSignature":"return", "signaturePolicy":"vn-tt41-2017" """, lacking, SubmissionState.Returned, "INGEST-SIGNATURE-RETURNED"),
            ("", unknown, SubmissionState.Preserved, "INGEST-SIGNATURE-UNTRUSTED"),
            (""", "untrustedSignature":"return" """, unknown, SubmissionState.Returned, "INGEST-SIGNATURE-RETURNED"),
            (""", "untrustedSignature":"reject", "signaturePolicy":"etsi" """, ended, SubmissionState.Rejected, "INGEST-SIGNER-REFUSED"),
            (""", "untrustedSignature":"reject", "signaturePolicy":"vn-tt41-2017" """, ended, SubmissionState.Preserved, null),
            ("", unsupported, SubmissionState.Preserved, "INGEST-SIGNATURE-UNSUPPORTED"),
            (""", "unsupportedSignature":"reject" """, unsupported, SubmissionState.Rejected, "INGEST-SIGNATURE-UNSUPPORTED-REFUSED"),
            (""", "unsupportedSignature":"return" """, unsupported, SubmissionState.Returned, "INGEST-SIGNATURE-RETURNED"),
        ];
        var number = 1;
        using (Assert.EnterMultipleScope())
            foreach (var (terms, signature, state, code) in cases)
            {
                var submission = await IngestAsync(await AgreeAsync($$"""{"approval":"automatic"{{terms}}}""", ++number), ("quyết định.txt", Content), ("quyết định.txt.p7s", signature));
                Assert.That((submission.State, await CodeAsync(submission.Id)), Is.EqualTo((state, code)), $"{terms} {number}");
                if (state != SubmissionState.Returned) continue;
                await using var session = await BeginAsync();
                Assert.That(await session.Rows.Receipts.CountAsync(r => r.SubmissionId == submission.Id && r.Kind == ReceiptKind.Returned), Is.EqualTo(1));
                Assert.That((submission.Reason, submission.EndedAt is null, submission.PackageId), Is.EqualTo((submission.Reason ?? "a reason", false, (Guid?)null)));
            }
    }

    [Test]
    public async Task Evidence_that_others_made_is_verified_against_the_document_beside_it_and_the_report_is_kept()
    {
        var record = Record(DigestAlgorithm.Sha512.Compute(Content), Root.IssueTimeStamper());
        using var stranger = new Preservation.Testing.Certificates.TestAuthority("Stranger");
        (string Terms, byte[] Record, SubmissionState State, string? Code)[] cases =
        [
            ("", record, SubmissionState.Preserved, null),
            ("", Record(DigestAlgorithm.Sha512.Compute("Quyết định khác"u8), Root.IssueTimeStamper()), SubmissionState.Rejected, "INGEST-EVIDENCE-BROKEN"),
            (""", "brokenSignature":"warn" """, record[..^1], SubmissionState.Preserved, "INGEST-EVIDENCE-BROKEN-KEPT"),
            ("", Record(DigestAlgorithm.Sha512.Compute(Content), stranger.IssueTimeStamper()), SubmissionState.Preserved, "INGEST-EVIDENCE-UNPROVEN"),
        ];
        var number = 1;
        foreach (var (terms, evidence, state, code) in cases)
        {
            var submission = await IngestAsync(await AgreeAsync($$"""{"approval":"automatic"{{terms}}}""", ++number), ("quyết định.txt", Content), ("quyết định.txt.ers", evidence));
            Assert.That((submission.State, await CodeAsync(submission.Id)), Is.EqualTo((state, code)), $"{terms} {number} {submission.LastProblem}");
            await using var session = await BeginAsync();
            if (state == SubmissionState.Preserved)
                Assert.That(await session.Rows.Files.CountAsync(f => f.PackageId == submission.PackageId && f.LogicalPath == "metadata/other/signatures/data/quyết định.txt.ers.evidence.json"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_verifier_that_contradicts_ours_is_recorded_beside_it_and_becomes_a_task()
    {
        // The signature algorithm is renamed to one with another digest: we compare the two (RFC 5652 §5.3), openssl does not.
        var mislabelled = WithMethod(Sign(Root.IssueSigner(saysNoRevocation: true)), 0x0D);
        var submission = await IngestAsync(await AgreeAsync("""{"approval":"automatic","brokenSignature":"warn"}""", 2), ("quyết định.txt", Content), ("quyết định.txt.p7s", mislabelled));
        Assert.That(submission.State, Is.EqualTo(SubmissionState.Preserved), submission.LastProblem);
        await using var session = await BeginAsync();
        var finding = await session.Rows.SubmissionFindings.SingleAsync(f => f.SubmissionId == submission.Id && f.Code == "INGEST-SIGNATURE-DISAGREEMENT");
        Assert.That((finding.Path, finding.Expected, finding.Found), Is.EqualTo(("data/quyết định.txt.p7s", "BROKEN", "openssl: INTACT")));
        var task = await session.Rows.Tasks.SingleAsync(t => t.Kind == TaskKinds.SignatureDisagreement);
        Assert.That((task.State, task.Role, task.Subject), Is.EqualTo((TaskState.Open, Role.PreservationOfficer, "data/quyết định.txt.p7s")));
        Assert.That(await session.Rows.Files.CountAsync(f => f.PackageId == submission.PackageId && f.LogicalPath == "metadata/other/signatures/data/quyết định.txt.p7s.opinion"), Is.EqualTo(1));
    }

    [Test]
    public async Task Premis_tells_the_signature_with_what_it_signs_and_goes_on_telling_it_in_the_next_version()
    {
        var signer = Root.IssueSigner("Nguyễn Văn A", saysNoRevocation: true);
        var first = await IngestAsync(("quyết định.txt", Content), ("quyết định.txt.p7s", Sign(signer, Clock.GetUtcNow())));
        await AssertToldAsync(first.PackageId!.Value, signer);
        Clock.Advance(TimeSpan.FromHours(1));
        var second = await IngestAsync(s => s.RecordStatus = "SUPPLEMENT", ("phụ lục.txt", "Phụ lục"u8.ToArray()));
        Assert.That((second.State, second.PackageId), Is.EqualTo((SubmissionState.Preserved, first.PackageId)), second.LastProblem);
        await AssertToldAsync(first.PackageId!.Value, signer);
        Assert.That(await VerdictsAsync(first.PackageId.Value), Has.Count.EqualTo(1), "nothing new was signed");
    }

    private async Task AssertToldAsync(Guid package, X509Certificate2 signer)
    {
        StoredFile premis;
        await using (var session = await BeginAsync())
            premis = await session.Rows.Files.AsNoTracking().SingleAsync(f => f.PackageId == package && f.VersionUntil == null && f.LogicalPath == "representations/rep1/metadata/preservation/PREMIS_rep1.xml");
        await using var stream = await Services.GetRequiredService<PackageContent>().OpenAsync(premis, null, default);
        var read = await PremisReader.ReadAsync(stream, Limits.Default, default);
        var told = read.Objects.Single(o => o.OriginalName == "data/quyết định.txt").Signatures.Single();
        Assert.That((told.Encoding, told.Signer, told.Method, told.Certificate), Is.EqualTo(("base64", "CN=Nguyễn Văn A", "urn:oid:1.2.840.113549.1.1.1", Convert.ToBase64String(signer.RawData))));
        Assert.That(told.Properties, Does.Contain("claimed signing time: 2026-03-01T08:00:00Z").And.Contain("digest method: urn:oid:2.16.840.1.101.3.4.2.1"));
        using var key = signer.GetRSAPublicKey()!;
        Assert.That(Convert.FromBase64String(told.Value), Has.Length.EqualTo(key.KeySize / 8));
        Assert.That(read.Objects.Single(o => o.OriginalName == "data/quyết định.txt.p7s").Relationships.Select(r => r.SubType), Does.Contain("documents"));
    }

    private byte[] Record(Digest leaf, X509Certificate2 authority)
    {
        var tree = HashTree.Build(leaf.Algorithm, [leaf, leaf.Algorithm.Compute("một tài liệu khác"u8)]);
        var answer = new TestTokens { Certificate = authority, Chain = [Root.Certificate] }.Answer([.. TimeStampRequest.Create(tree.Root).Encoded], Clock.GetUtcNow().AddDays(-1));
        Assert.That(TimeStampResponse.TryDecode(answer, out var response), Is.True);
        return [.. EvidenceRecordWriter.Initial(tree, 0, response!.Token!.Encoded)];
    }

    private static byte[] Sign(X509Certificate2 signer, DateTimeOffset claimed)
    {
        var cms = new SignedCms(new ContentInfo(Content), detached: true);
        var cmsSigner = new CmsSigner(signer) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly };
        cmsSigner.SignedAttributes.Add(new Pkcs9SigningTime(claimed.UtcDateTime));
        cms.ComputeSignature(cmsSigner, silent: true);
        return cms.Encode();
    }

    // The last of its kind stands in the SignerInfo; those of the certificate come before.
    private static byte[] WithMethod(byte[] signature, byte last)
    {
        var changed = (byte[])signature.Clone();
        changed[changed.AsSpan().LastIndexOf(RsaEncryption) + RsaEncryption.Length - 1] = last;
        return changed;
    }

    private async Task<Action<Submission>> AgreeAsync(string terms, int version)
    {
        var id = Guid.NewGuid();
        await using var session = await BeginAsync();
        var agreement = await session.Rows.Agreements.SingleAsync();
        session.Rows.AgreementVersions.Add(new AgreementVersion { Id = id, AgreementId = agreement.Id, Version = version, EffectiveFrom = session.Now, Terms = terms, CreatedAt = session.Now });
        await session.CommitAsync(default);
        return s => s.AgreementVersionId = id;
    }

    private async Task<string?> CodeAsync(Guid submission)
    {
        await using var session = await BeginAsync();
        return await session.Rows.SubmissionFindings.Where(f => f.SubmissionId == submission && (f.Code.StartsWith("INGEST-SIGN") || f.Code.StartsWith("INGEST-EVID"))).Select(f => f.Code).SingleOrDefaultAsync();
    }
}
