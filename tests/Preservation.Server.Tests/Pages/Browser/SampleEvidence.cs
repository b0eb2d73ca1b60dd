using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.TimeStamps;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>A tree over the files of one package with a token of the development authority that should have been renewed, a tree that waits for its token, and an alarm that nobody confirmed.</summary>
internal static class SampleEvidence
{
    public const string Authority = "TSA <b>thử nghiệm</b>";

    public static async Task AddAsync(SampleArchive archive)
    {
        await using var session = await archive.BeginAsync();
        var files = await session.Rows.Files.Where(f => f.PackageId == archive.Package).OrderBy(f => f.Id).ToListAsync();
        var (batch, token) = await AddTreeAsync(session, archive.Package, LeafKind.File, [.. files.Select(f => (f.Id.ToString(CultureInfo.InvariantCulture), f.Sha512))]);
        Prove(batch, token, session.Now.AddDays(-300), session.Now.AddDays(90));
        var (_, waiting) = await AddTreeAsync(session, archive.Package, LeafKind.Inventory, [($"{archive.Package}/v1", new byte[64])]);
        (waiting.Tsa, waiting.Tries, waiting.LastProblem) = (Authority, 3, SampleArchive.Hostile);
        session.Rows.AlgorithmAlarms.Add(new AlgorithmAlarm { Id = Guid.NewGuid(), Algorithm = "RSA", BelowBits = 3000, BrokenAt = session.Now.AddDays(30), Reason = SampleArchive.Hostile, AnnouncedBy = archive.IdOf("officer"), AnnouncedAt = session.Now });
        await session.CommitAsync(default);
    }

    private static async Task<(EvidenceBatch Batch, EvidenceToken Token)> AddTreeAsync(CatalogueSession session, Guid package, LeafKind kind, (string Subject, byte[] Digest)[] leaves)
    {
        var writer = new HashTreePageWriter(DigestAlgorithm.Sha512);
        foreach (var (_, digest) in leaves) writer.Add(new Digest(DigestAlgorithm.Sha512, [.. digest]));
        var root = writer.Close().Root;
        var at = session.Now.AddDays(-301);
        var batch = new EvidenceBatch { Id = Guid.CreateVersion7(at), State = EvidenceState.Asking, Kind = BatchKind.Objects, Algorithm = DigestAlgorithm.Sha512.Name, Objects = 0, Bytes = 0, Leaves = leaves.Length, Root = [.. root.Bytes], Slots = 1, CreatedAt = at };
        session.Rows.EvidenceBatches.Add(batch);
        await session.FlushAsync(default);
        session.Rows.EvidenceLeaves.AddRange(leaves.Select((l, i) => new EvidenceLeaf { BatchId = batch.Id, Ordinal = i, Kind = kind, Digest = l.Digest, PackageId = package, Subject = l.Subject }));
        await using (var due = session.Command("DELETE FROM evidence_due WHERE kind = $1 AND subject = ANY($2)", kind.ToString(), leaves.Select(l => l.Subject).ToArray())) await due.ExecuteNonQueryAsync();
        var request = TimeStampRequest.Create(root);
        var token = new EvidenceToken { Id = Guid.CreateVersion7(at), BatchId = batch.Id, Slot = 1, State = TokenState.Asking, Nonce = request.Nonce!.Value.ToByteArray(isUnsigned: true, isBigEndian: true), Request = [.. request.Encoded], CreatedAt = at };
        session.Rows.EvidenceTokens.Add(token);
        await session.FlushAsync(default);
        return (batch, token);
    }

    private static void Prove(EvidenceBatch batch, EvidenceToken token, DateTimeOffset at, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={DevelopmentTimeStampAuthority.Mark}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], critical: true));
        using var certificate = request.CreateSelfSigned(at.AddDays(-1), end);
        using var authority = new DevelopmentTimeStampAuthority(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        var answer = authority.Answer(token.Request, at);
        if (!TimeStampResponse.TryDecode(answer, out var response) || response.Token is not { } made) throw new InvalidOperationException("the development authority refused");
        (token.State, token.Tsa, token.Response, token.Token, token.TokenTime, token.ProvenAt) = (TokenState.Proven, Authority, answer, made.Encoded.ToArray(), made.Time, at.AddMinutes(1));
        (token.Policy, token.Serial, token.Algorithms, token.CertificatesEndAt) = (made.Policy, made.SerialNumber.ToString(CultureInfo.InvariantCulture), ["SHA-256", "ECDSA 256"], end);
        (batch.State, batch.LeadToken, batch.TokenTime) = (EvidenceState.Stored, token.Id, made.Time);
    }
}
