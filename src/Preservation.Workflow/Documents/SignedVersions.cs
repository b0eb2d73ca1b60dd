using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Signatures;
using Preservation.Signatures.Pdf;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Options;
using Preservation.Workflow.Trust;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.Documents;

/// <summary>
/// Versions of a frozen document that persons signed with their own tokens: a PDF that begins with exactly the frozen bytes and only signs them, or a detached CMS signature
/// over them. What is something else is refused; what is taken is kept beside the document with the report, and with everything the verdict rests on.
/// </summary>
public sealed class SignedVersions(SignatureCollection collection, CurrentTrust trust, FrozenDocuments documents, IOptions<PreservationOptions> options)
{
    /// <summary>How large one may be.</summary>
    public const int MaxBytes = 32 << 20;

    private static readonly DateTimeOffset ZipTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TimeSpan _budget = options.Value.Collection.Budget;

    /// <summary>What was found; nothing is kept yet.</summary>
    /// <param name="Refusal">Why it is not taken; null when it is.</param>
    /// <param name="IsPdf">Is it the document itself, or a signature beside it?</param>
    /// <param name="Body">The bytes that came.</param>
    /// <param name="Report">The verdict.</param>
    /// <param name="Summary">In short.</param>
    /// <param name="Basis">What it rests on.</param>
    public sealed record Verified(Finding? Refusal, bool IsPdf, byte[] Body, VerificationReport? Report, VerdictSummary? Summary, ImmutableArray<Ingest.GeneratedText> Basis);

    /// <summary>Verifies a signed version. It may ask for revocation data, so that no transaction should be open meanwhile.</summary>
    /// <param name="part">The frozen file.</param>
    /// <param name="signed">What came.</param>
    /// <param name="now">The verification's time.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<Verified> VerifyAsync(FrozenDocumentPart part, byte[] signed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(signed);
        var isPdf = signed.AsSpan().StartsWith("%PDF-"u8);
        if (isPdf && await DifferenceAsync(part, signed, cancellationToken) is { } difference) return new Verified(difference, isPdf, signed, null, null, []);
        var policy = await trust.ReadAsync(cancellationToken);
        var reading = await SignatureVerification.ReadAsync(FileOf(isPdf ? part.Name : part.Name + ".p7s", signed), isPdf ? [] : [FileOf(part.Name, part.Body)], policy, cancellationToken);
        var report = await collection.ValidateAsync(reading, policy, now, now + _budget, cancellationToken);
        if (Refuse(part.Name, report, isPdf) is { } refusal) return new Verified(refusal, isPdf, signed, report, null, []);
        return new Verified(null, isPdf, signed, report, VerdictSummary.Of(report, policy, now), [.. VerdictFiles.Rules(policy, TrustBasis.ListsOf(report).ToHashSet(StringComparer.Ordinal)), .. VerdictFiles.Material(report)]);
    }

    /// <summary>Keeps a verified version beside the document; the one that is there already when the same bytes come again. The caller commits.</summary>
    public async Task<FrozenDocumentPart> AddAsync(CatalogueSession session, FrozenDocument document, string of, Verified verified, Guid by, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(verified);
        if (verified is not { Report: { } report, Summary: { } summary, Refusal: null }) throw new ArgumentException("it was refused", nameof(verified));
        // Of two at the same time the second counts on.
        await using (var hold = session.Command("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 4252))", document.Id)) await hold.ExecuteNonQueryAsync(cancellationToken);
        var known = SHA512.HashData(verified.Body);
        var stem = Stem(of);
        var signed = await session.Rows.FrozenDocumentParts.AsNoTracking().Where(p => p.DocumentId == document.Id && p.AddedBy != null && EF.Functions.Like(p.Name, stem + "%")).Select(p => new { p.Name, p.Sha512 }).ToListAsync(cancellationToken);
        if (signed.Find(p => p.Sha512.AsSpan().SequenceEqual(known)) is { } same) return await session.Rows.FrozenDocumentParts.AsNoTracking().SingleAsync(p => p.DocumentId == document.Id && p.Name == same.Name, cancellationToken);
        var number = 1 + signed.Count(p => p.Name.EndsWith(".verdict.json", StringComparison.Ordinal));
        var name = string.Create(CultureInfo.InvariantCulture, $"{stem}{number}");
        var part = documents.AddPart(session, document.Id, name + (verified.IsPdf ? ".pdf" : ".p7s"), verified.IsPdf ? "application/pdf" : "application/pkcs7-signature", verified.Body, by);
        documents.AddPart(session, document.Id, name + ".report.json", "application/json", Encoding.UTF8.GetBytes(report.ToJson()), by);
        documents.AddPart(session, document.Id, name + ".verdict.json", "application/json", JsonSerializer.SerializeToUtf8Bytes(summary, AuditJson.Options), by);
        documents.AddPart(session, document.Id, name + ".basis.zip", "application/zip", Zip(verified.Basis), by);
        session.Audit(by, document.AgencyId, "document.signed", "document", document.Id.ToString(), new { of, part.Name, sha512 = Convert.ToHexStringLower(part.Sha512), summary.Outcome, summary.Signatures });
        return part;
    }

    /// <summary>How parts that belong to signed versions of a file begin.</summary>
    public static string Stem(string of) => Path.GetFileNameWithoutExtension(of) + (of.EndsWith(".json", StringComparison.Ordinal) ? ".json" : "") + ".signed-";

    // Bytes of before must be there to the last one, as revisions of their own, and what comes behind must be signatures alone.
    private static async Task<Finding?> DifferenceAsync(FrozenDocumentPart part, byte[] signed, CancellationToken cancellationToken)
    {
        if (!signed.AsSpan().StartsWith(part.Body)) return new Finding(SignedVersionRules.OtherBytes, part.Name, Found: "it does not begin with the bytes that were frozen");
        if (signed.Length == part.Body.Length) return new Finding(SignedVersionRules.NoSignature, part.Name);
        return await PdfAdditions.OnlySignAsync(FileOf(part.Name, signed), part.Body.Length, SignatureLimits.Default, cancellationToken)
            ? null : new Finding(SignedVersionRules.OtherBytes, part.Name, Found: "more than signatures was added to it");
    }

    private static Finding? Refuse(string name, VerificationReport report, bool isPdf)
    {
        if (report.Outcome == VerificationOutcome.NoSignature || (report.Outcome == VerificationOutcome.Intact && report.Signatures.IsEmpty)) return new Finding(SignedVersionRules.NoSignature, name);
        if (report.Outcome != VerificationOutcome.Intact) return new Finding(SignedVersionRules.Broken, name, Found: VerdictSummary.Word(report.Outcome));
        // What carries its own content says nothing of the document, however intact it is.
        if (!isPdf && report.Signatures.Any(s => s.Format is not ("CMS" or "CAdES") || s.Findings.Any(f => f.Rule == SignatureRules.ContentNotUsed)))
            return new Finding(SignedVersionRules.OtherBytes, name, Found: "the signature encloses its own content");
        return isPdf && report.Signatures.Any(s => s.Coverage == Coverage.Unclear) ? new Finding(SignedVersionRules.Broken, name, Found: VerdictSummary.Word(Coverage.Unclear)) : null;
    }

    private static SignedFile FileOf(string name, byte[] body) => new(name, body.Length, _ => Task.FromResult<Stream>(new MemoryStream(body, writable: false)));

    // The same content makes the same bytes.
    private static byte[] Zip(ImmutableArray<Ingest.GeneratedText> files)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var file in files.DistinctBy(f => f.Path).OrderBy(f => f.Path, StringComparer.Ordinal))
            {
                var entry = zip.CreateEntry(file.Path);
                entry.LastWriteTime = ZipTime;
                using var content = entry.Open();
                content.Write(Encoding.UTF8.GetBytes(file.Text));
            }
        return buffer.ToArray();
    }
}
