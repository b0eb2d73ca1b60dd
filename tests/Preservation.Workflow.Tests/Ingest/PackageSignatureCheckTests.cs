using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Testing.Certificates;
using Preservation.Workflow.Terms;
using Preservation.Workflow.Tests.Verdicts;

namespace Preservation.Workflow.Tests.Ingest;

/// <summary>A signature over the whole package: what it proves, and what the agreement makes of it.</summary>
internal sealed class PackageSignatureCheckTests : IngestFixture
{
    private static readonly byte[] Package = Bag("urn:uuid:3f1f4a2e-0000-4000-8000-000000000001", [("quyết định.txt", Content)]);
    private int _number = 1;

    [Test]
    public async Task The_signature_is_verified_over_the_package_and_its_signer_against_the_agreement()
    {
        using var stranger = new TestAuthority("Stranger");
        var signer = Root.IssueSigner(saysNoRevocation: true);
        var good = Sign(signer, Package, detached: true);
        var required = """, "packageSignatureRequired":true""";
        (string What, string Terms, byte[]? Signature, SubmissionState State, string Codes)[] cases =
        [
            ("none is asked for", "", null, SubmissionState.Tested, ""),
            ("one is asked for", required, null, SubmissionState.Rejected, "INGEST-PACKAGE-SIGNATURE-MISSING"),
            ("proven by the service's anchors", required, good, SubmissionState.Tested, ""),
            ("proven by the agreement's authority", Signers(Root.Certificate), good, SubmissionState.Tested, ""),
            ("proven by the agreement's signer", Signers(signer), good, SubmissionState.Tested, ""),
            ("by a signer who is none of the agreement's", Signers(stranger.Certificate), good, SubmissionState.Rejected, "INGEST-PACKAGE-SIGNER-REFUSED"),
            ("by somebody nobody knows", "", Sign(stranger.IssueSigner(saysNoRevocation: true), Package, detached: true), SubmissionState.Tested, "INGEST-PACKAGE-SIGNER-UNPROVEN"),
            ("over another package", "", Sign(signer, [.. Package, 1], detached: true), SubmissionState.Rejected, "INGEST-PACKAGE-SIGNATURE-BROKEN"),
            ("enclosing the package's own bytes", "", Sign(signer, Package, detached: false), SubmissionState.Rejected, "INGEST-PACKAGE-SIGNATURE-BROKEN"),
            ("enclosing other bytes", "", Sign(signer, Content, detached: false), SubmissionState.Rejected, "INGEST-PACKAGE-SIGNATURE-BROKEN"),
            ("no signature at all", "", "xin chào"u8.ToArray(), SubmissionState.Rejected, "INGEST-PACKAGE-SIGNATURE-BROKEN"),
            ("empty", "", [], SubmissionState.Rejected, "INGEST-PACKAGE-SIGNATURE-BROKEN"),
            ("cut off", "", good[..^40], SubmissionState.Rejected, "INGEST-PACKAGE-SIGNATURE-BROKEN"),
        ];
        using (Assert.EnterMultipleScope())
            foreach (var (what, terms, signature, state, codes) in cases)
            {
                var submission = await SendAsync(terms, signature, "TEST");
                await using var session = await BeginAsync();
                var told = await session.Rows.SubmissionFindings.Where(f => f.SubmissionId == submission.Id && f.Code.StartsWith("INGEST-PACKAGE")).Select(f => f.Code).ToListAsync();
                Assert.That((submission.State, string.Join(' ', told)), Is.EqualTo((state, codes)), what);
                var steps = await session.Rows.SubmissionSteps.CountAsync(s => s.SubmissionId == submission.Id && s.Name == "verifyPackageSignature");
                Assert.That(steps, Is.EqualTo(signature is null && terms.Length == 0 ? 0 : 1), what);
            }
    }

    [Test]
    public async Task The_signature_and_what_was_found_go_into_the_archival_package()
    {
        var submission = await SendAsync("", Sign(Root.IssueSigner(saysNoRevocation: true), Package, detached: true), "NEW");
        Assert.That(submission.State, Is.EqualTo(SubmissionState.Preserved), submission.LastProblem);
        await using var session = await BeginAsync();
        var paths = await session.Rows.Files.Where(f => f.PackageId == submission.PackageId).Select(f => f.LogicalPath).ToListAsync();
        var name = $"metadata/other/signatures/package/{Convert.ToHexStringLower(SHA256.HashData(Package))}";
        Assert.That(paths, Does.Contain(name + ".p7s.pem").And.Contain(name + ".json"));
        Assert.That(await session.Rows.PremisEvents.Where(e => e.PackageId == submission.PackageId || e.SubmissionId == submission.Id).Select(e => e.Detail).ToListAsync(), Does.Contain("signature over the package: TOTAL_PASSED"));
    }

    [Test]
    public void Terms_with_something_else_in_the_place_of_a_certificate_are_refused() =>
        Assert.That(() => AgreementTerms.Parse("""{"packageSigners":["no certificate"]}"""), Throws.InstanceOf<JsonException>().With.Message.Contains("packageSigners"));

    private async Task<Submission> SendAsync(string terms, byte[]? signature, string status)
    {
        var version = Guid.NewGuid();
        await using (var session = await BeginAsync())
        {
            var agreement = await session.Rows.Agreements.Select(a => a.Id).SingleAsync();
            session.Rows.AgreementVersions.Add(new AgreementVersion { Id = version, AgreementId = agreement, Version = ++_number, EffectiveFrom = session.Now, Terms = $$"""{"approval":"automatic"{{terms}}}""", CreatedAt = session.Now });
            await session.CommitAsync(default);
        }
        return await IngestAsync(s => (s.AgreementVersionId, s.PackageSignature, s.RecordStatus, s.Bytes, s.Sha256) = (version, signature, status, Package.Length, SHA256.HashData(Package)), _ => Package);
    }

    private static string Signers(X509Certificate2 certificate) => $", \"packageSigners\":[{JsonSerializer.Serialize(certificate.ExportCertificatePem())}]";

    private static byte[] Sign(X509Certificate2 signer, byte[] content, bool detached)
    {
        var cms = new SignedCms(new ContentInfo(content), detached);
        cms.ComputeSignature(new CmsSigner(signer) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly }, silent: true);
        return cms.Encode();
    }
}
