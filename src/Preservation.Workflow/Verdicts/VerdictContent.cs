using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Validation;
using Preservation.Workflow.Access;
using ValidationMaterial = Preservation.Signatures.Path.ValidationMaterial;

namespace Preservation.Workflow.Verdicts;

/// <summary>Reads back from the stores what a verdict was made of: the signed file, the report, and what the report rests on.</summary>
public sealed class VerdictContent(CatalogueSessions sessions, PackageContent content)
{
    private const long MaxBytes = 128L << 20;

    /// <summary>The signed file, and the one beside it that a detached signature may be over, named as the report names them.</summary>
    /// <exception cref="IOException">The package has the file no more.</exception>
    internal async Task<(SignedFile File, ImmutableArray<SignedFile> Contents)> SignedAsync(SignatureVerdict verdict, string name, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var file = await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == verdict.PackageId && f.LogicalPath == verdict.Path && f.Sha512 == verdict.FileSha512).OrderByDescending(f => f.VersionFrom).FirstOrDefaultAsync(cancellationToken)
            ?? throw new IOException($"{verdict.Path} of {verdict.PackageId} is not kept any more");
        var beside = Path.ChangeExtension(name, null);
        var besidePath = verdict.Path[..^name.Length] + beside;
        var over = await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == verdict.PackageId && f.LogicalPath == besidePath && f.VersionFrom <= file.VersionFrom && (f.VersionUntil == null || f.VersionUntil > file.VersionFrom)).FirstOrDefaultAsync(cancellationToken);
        return (Signed(name, file), over is null ? [] : [Signed(beside, over)]);
    }

    /// <summary>The verdict with what it rests on.</summary>
    /// <param name="verdict">A verdict that has a report.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="IOException">The report is not kept as it was recorded.</exception>
    internal async Task<KeptVerdict> KeptAsync(SignatureVerdict verdict, CancellationToken cancellationToken)
    {
        var report = verdict.Report is null ? null : await ReadAsync(verdict, verdict.Report, verdict.ReportSha512, cancellationToken);
        if (report is null) throw new IOException($"the report of verdict {verdict.Id} is not kept as it was recorded");
        using var json = JsonDocument.Parse(report);
        var basis = json.RootElement.TryGetProperty("basis", out var own) && own.ValueKind == JsonValueKind.Object
            ? own.Deserialize<VerificationBasis>(VerificationReport.JsonOptions)! : JsonSerializer.Deserialize<VerificationBasis>(verdict.Basis, AuditJson.Options)!;
        var missing = ImmutableArray.CreateBuilder<string>();
        var policy = await MaterialAsync(verdict, basis, missing, cancellationToken);
        policy = policy with { TrustAnchors = await AnchorsAsync(verdict, basis, missing, cancellationToken), Validations = await PoliciesAsync(verdict, basis, missing, cancellationToken), ExistedSince = basis.ExistedSince };
        return new KeptVerdict(json.RootElement.GetProperty("file").GetString()!, report, basis, policy, missing.ToImmutable());
    }

    private async Task<VerificationPolicy> MaterialAsync(SignatureVerdict verdict, VerificationBasis basis, ImmutableArray<string>.Builder missing, CancellationToken cancellationToken)
    {
        var all = new List<ValidationMaterial>();
        foreach (var sha256 in basis.Material)
        {
            var kept = await ReadAsync(verdict, Prefix(verdict) + VerdictFiles.MaterialPath(sha256), null, cancellationToken) ?? await FromLibraryAsync(sha256, cancellationToken);
            if (kept is not null && ValidationMaterial.ReadAll(kept) is [var one, ..] && one.Sha256 == sha256) all.Add(one);
            else missing.Add(VerdictFiles.MaterialPath(sha256));
        }
        return new VerificationPolicy { Intermediates = Of("CERTIFICATE"), Crls = Of("CRL"), OcspResponses = Of("OCSP") };

        ImmutableArray<ReadOnlyMemory<byte>> Of(string kind) => [.. all.Where(m => m.Kind == kind).Select(m => m.Encoded)];
    }

    private async Task<TrustAnchors> AnchorsAsync(SignatureVerdict verdict, VerificationBasis basis, ImmutableArray<string>.Builder missing, CancellationToken cancellationToken)
    {
        if (basis.TrustAnchors.Length == 0) return TrustAnchors.None;
        var path = VerdictFiles.AnchorsPath(basis.TrustAnchors);
        if (await ReadAsync(verdict, Prefix(verdict) + path, null, cancellationToken) is { } kept)
        {
            var anchors = VerdictFiles.AnchorsOf(kept);
            if (VerificationBasis.Of(new VerificationPolicy { TrustAnchors = anchors }, default).TrustAnchors == basis.TrustAnchors) return anchors;
        }
        missing.Add(path);
        return TrustAnchors.None;
    }

    private async Task<ImmutableArray<ValidationPolicy>> PoliciesAsync(SignatureVerdict verdict, VerificationBasis basis, ImmutableArray<string>.Builder missing, CancellationToken cancellationToken)
    {
        var algorithms = new List<ReadOnlyMemory<byte>>();
        foreach (var pinned in basis.Algorithms)
            if (await PinnedAsync(VerdictFiles.AlgorithmsPath(pinned), pinned.Sha256) is { } bytes) algorithms.Add(bytes);
        var policies = ImmutableArray.CreateBuilder<ValidationPolicy>();
        foreach (var pinned in basis.Policies)
            if (await PinnedAsync(VerdictFiles.PolicyPath(pinned), pinned.Sha256) is { } bytes && missing.Count == 0) policies.Add(ValidationPolicy.Load(bytes, algorithms));
        return policies.ToImmutable();

        async Task<byte[]?> PinnedAsync(string path, string sha256)
        {
            if (await ReadAsync(verdict, Prefix(verdict) + path, null, cancellationToken) is { } bytes && VerdictFiles.Sha256(bytes) == sha256) return bytes;
            missing.Add(path);
            return null;
        }
    }

    // What is too large to lie in the package too lies in the library's own objects.
    private async Task<byte[]?> FromLibraryAsync(string sha256, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var select = session.Command("SELECT content FROM validation_material WHERE sha256(content) = $1 AND length(content) > $2", Convert.FromHexString(sha256), VerdictFiles.MaxMaterialBytes);
        return await select.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    private static string Prefix(SignatureVerdict verdict) => verdict.ObjectId is null ? VerdictFiles.Folder : "";

    private async Task<byte[]?> ReadAsync(SignatureVerdict verdict, string path, byte[]? sha512, CancellationToken cancellationToken)
    {
        StoredFile? file;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
        {
            if (verdict.ObjectId is { } objectId)
            {
                var end = "/v1/content/" + path;
                var copy = await session.Rows.Copies.AsNoTracking().Where(c => c.PackageId == objectId && c.Key.EndsWith(end)).FirstOrDefaultAsync(cancellationToken);
                file = copy is null ? null : new StoredFile { PackageId = objectId, LogicalPath = path, VersionFrom = 1, Bytes = copy.Bytes, Sha256 = [], Sha512 = copy.Sha512 };
            }
            else
            {
                file = await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == verdict.PackageId && f.LogicalPath == path && (sha512 == null || f.Sha512 == sha512)).OrderBy(f => f.VersionFrom).FirstOrDefaultAsync(cancellationToken);
            }
        }
        if (file is null || file.Bytes > MaxBytes) return null;
        await using var stream = await content.OpenAsync(file, null, cancellationToken);
        var bytes = new byte[file.Bytes];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return SHA512.HashData(bytes).AsSpan().SequenceEqual(sha512 ?? file.Sha512) ? bytes : null;
    }

    private SignedFile Signed(string name, StoredFile file) => new(name, file.Bytes, token => content.OpenAsync(file, null, token));
}
