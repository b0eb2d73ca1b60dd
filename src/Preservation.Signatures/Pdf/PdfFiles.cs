using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Pdf.Structure;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Signatures.Pdf;

/// <summary>Every signature and document time-stamp of a PDF (ISO 32000-2 §12.8, ETSI EN 319 142-1).</summary>
internal sealed class PdfFiles
{
    private readonly PdfLayout _layout;
    private readonly PathMaterial _material;
    private readonly string _file;
    private readonly EmbeddedMaterial _store;
    private readonly ImmutableArray<Certificate> _known;

    private PdfFiles(PdfLayout layout, PathMaterial material, string file)
    {
        (_layout, _material, _file) = (layout, material, file);
        _store = layout.Store.Read(layout.Document.Last);
        _known = [.. _store.Certificates.Select(c => Certificate.TryDecode(c, out var certificate) ? certificate : null).OfType<Certificate>(), .. material.Known];
    }

    public static async Task<FileFacts> ReadAsync(SignedFile file, PathMaterial material, CancellationToken cancellationToken)
    {
        var stream = await PdfSpool.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var layout = await Task.Run(() => PdfLayout.Read(stream, material.Limits, cancellationToken), cancellationToken).ConfigureAwait(false);
            if (layout.Scan.Signatures.Length > material.Limits.MaxSignatures)
                return FileFacts.Refused(VerificationOutcome.Unsupported,
                    new Finding(SignatureRules.Limit, file.Path, $"MaxSignatures {material.Limits.MaxSignatures}", layout.Scan.Signatures.Length.ToString(CultureInfo.InvariantCulture)));
            var reader = new PdfFiles(layout, material, file.Path);
            var parts = await Task.Run(reader.Decode, cancellationToken).ConfigureAwait(false);
            stream.Position = 0;
            var digests = await PdfRangeDigests.ComputeAsync(stream, [.. parts.Select(p => ((IReadOnlyList<long>)p.Ranges, p.Hashes))], cancellationToken).ConfigureAwait(false);
            return await reader.ReadAsync(parts, digests, cancellationToken).ConfigureAwait(false);
        }
    }

    // Each with what it and those before it allow to be changed later.
    private ImmutableArray<PdfPart> Decode()
    {
        var parts = ImmutableArray.CreateBuilder<PdfPart>();
        var allowed = new List<(int Revision, PdfTransforms Transforms)>();
        foreach (var signature in _layout.Scan.Signatures)
        {
            var part = new PdfPart(signature, PdfCoverage.Judge(signature, _layout, _file)) { Full = _layout.ReadAt(signature) };
            if (part is { Full: { } full, Placement: { Revision: { } revision, Field: var field } })
                allowed.Add((revision, PdfTransforms.Read(full, field?.Dictionary, _layout.Document.View(revision))));
            parts.Add(part.Decode(_layout.Scan.Bytes, _material.Limits, _file));
        }
        return [.. parts.Select(p => Judge(p, allowed))];
    }

    private PdfPart Judge(PdfPart part, List<(int Revision, PdfTransforms Transforms)> allowed)
    {
        var transforms = allowed.Where(a => a.Revision <= part.Placement.Revision).Aggregate(PdfTransforms.None, (all, a) => all.With(a.Transforms));
        var (changes, findings) = PdfLaterRevisions.Judge(part.Placement, transforms, _layout, _file);
        // What a reader sees of the signed bytes cannot be said then; a time-stamp is over bytes and nothing else.
        var isDoubtful = changes is LaterChanges.Suspicious or LaterChanges.Unknown && !part.IsTimeStamp;
        return part with
        {
            Changes = changes,
            Placement = isDoubtful ? part.Placement with { Coverage = Coverage.Unclear } : part.Placement,
            Findings = [.. part.Placement.Findings, .. findings],
        };
    }

    private async Task<FileFacts> ReadAsync(ImmutableArray<PdfPart> parts, DigestSet[] digests, CancellationToken cancellationToken)
    {
        var signatures = new List<(SignatureFacts Facts, PdfPart Part)>();
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].IsTimeStamp) continue;
            foreach (var facts in await ReadAsync(parts[i], digests[i], signatures.Count + 1, cancellationToken).ConfigureAwait(false))
                signatures.Add((Complete(facts, parts[i]), parts[i]));
        }
        foreach (var (field, missing) in _layout.IncompleteFields().Take(Math.Max(0, _material.Limits.MaxSignatures - parts.Length)))
            signatures.Add((Incomplete(field, missing, signatures.Count + 1), new PdfPart(new PdfSignatureDictionary(0, 0, [], default, 0, long.MaxValue, ""), new PdfPlacement { Coverage = Coverage.Unclear })));
        var stamps = parts.Zip(digests).Where(p => p.First.IsTimeStamp).Select(p => (Facts: ReadTimeStamp(p.First, p.Second, signatures), Part: p.First)).ToList();
        return new FileFacts
        {
            Signatures = [.. signatures.Select(s => s.Facts with { Level = Level(s.Facts, stamps) })],
            TimeStamps = [.. stamps.Select(s => s.Facts)],
            Findings = DocumentFindings(parts.Length > 0),
        };
    }

    private ImmutableArray<Finding> DocumentFindings(bool isSigned)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        if (isSigned && _layout.Document.IsRepaired) findings.Add(new Finding(SignatureRules.PdfCrossReferences, _file, null, _layout.Document.Damage));
        if (_layout.Store.IsCut) findings.Add(new Finding(SignatureRules.Limit, _file, "DSS", null));
        return findings.ToImmutable();
    }

    private string Level(SignatureFacts signature, List<(TimeStampFacts Facts, PdfPart Part)> stamps)
    {
        var over = stamps.Where(s => s.Facts is { Token: not null, Coverage: not Coverage.Unclear } && s.Facts.CoveredSignatures.Contains(signature.Id));
        return PdfLevels.Of(signature, [.. over.Select(s => s.Part.Placement.Revision is { } revision ? _layout.Store.Read(_layout.Document.View(revision)) : EmbeddedMaterial.None)], _store);
    }

    private SignatureFacts Complete(SignatureFacts facts, PdfPart part)
    {
        var view = _layout.Document.Last;
        var claimed = view.Resolve(part.Full?["M"]) is PdfObject.String time ? PdfDates.Parse(time.Bytes) : null;
        return facts with
        {
            Changes = part.Changes,
            Scope = part.Changes == LaterChanges.Suspicious ? "PARTIAL" : facts.Scope,
            ClaimedTime = facts.ClaimedTime ?? claimed,
            Material = MaterialOf(part, facts.Material),
        };
    }

    // What the store keeps for it by name comes first; each value once, since the names lead to the store's own lists.
    private EmbeddedMaterial MaterialOf(PdfPart part, EmbeddedMaterial own)
    {
        var named = _layout.Store.ReadFor(_layout.Document.Last, part.Dictionary.Contents, part.Cms?.Encoded ?? part.Dictionary.Contents);
        var all = named.With(own).With(_store);
        return new EmbeddedMaterial([.. all.Certificates.Distinct()], [.. all.Crls.Distinct()], [.. all.OcspResponses.Distinct()]);
    }

    private TimeStampFacts ReadTimeStamp(PdfPart part, DigestSet digests, List<(SignatureFacts Facts, PdfPart Part)> signatures)
    {
        var facts = part.Fault is { } fault
            ? TimeStampReader.Malformed("document", _file, fault.Finding.Found ?? "") with { Cryptographic = fault.Outcome }
            : TimeStampReader.Read("document", part.Token!, hash => [.. digests.By(hash)], _file, _known);
        var covered = signatures.Where(s => s.Part.Dictionary.ContentsEnd <= part.End).ToList();
        var store = part.Placement.Revision is { } revision ? _layout.Store.Read(_layout.Document.View(revision)) : EmbeddedMaterial.None;
        return facts with
        {
            Coverage = part.Placement.Coverage,
            CoveredSignatures = [.. covered.Select(s => s.Facts.Id)],
            Material = MaterialOf(part, facts.Material),
            // What signatures carry in themselves lies within the range as they do.
            Covers = covered.Aggregate(store, (all, s) => s.Part.Cms is { } cms ? all.With(CmsMaterial.Of(cms.Certificates, cms.Revocations, cms.Signers.SelectMany(i => i.SignedAttributes.Concat(i.UnsignedAttributes)))) : all),
            Findings = [.. part.Findings, .. facts.Findings],
        };
    }

    private async Task<ImmutableArray<SignatureFacts>> ReadAsync(PdfPart part, DigestSet digests, int id, CancellationToken cancellationToken)
    {
        (string Plain, string Advanced) names = part.Dictionary.SubFilter == "ETSI.CAdES.detached" ? ("PDF", "PAdES") : ("PDF", "PDF");
        if (part.Fault is { } fault) return [Faulty(part, fault, id)];
        if (part.Dictionary.SubFilter == PdfRawSignature.SubFilter)
            return [PdfRawSignature.Read(Start(part, id), part.Dictionary.Contents, part.Full, _layout.Document.Last, digests, _file)];
        if (part.Cms is not { Signers.Length: > 0 } cms) return [Faulty(part, (VerificationOutcome.Malformed, new Finding(SignatureRules.Malformed, _file, null, "no signer")), id)];
        if (part.Dictionary.SubFilter == PdfPart.Sha1Form)
        {
            if (cms.Content is not { } content || !digests.Contains(HashFunction.Sha1, content.Span))
                return [Faulty(part, (VerificationOutcome.Broken, new Finding(SignatureRules.Digest, _file)), id)];
            digests = DigestSet.Of(content, CmsReader.NeededHashes(cms, _material.Limits));
        }
        var context = new CmsContext(_file, _material.Limits, _known) { Names = names, Coverage = part.Placement.Coverage, Findings = part.Findings };
        return await CmsReader.ReadAsync(cms, new SignedContent(digests, null, []), context, id, cancellationToken).ConfigureAwait(false);
    }

    private SignatureFacts Incomplete(PdfField field, string missing, int id) =>
        new SignatureFacts { Id = Text(id), Format = "PDF", Level = "BASIC", Coverage = Coverage.Unclear }
            .Fails(VerificationOutcome.Malformed, Indication.TotalFailed, SubIndication.FormatFailure, new Finding(SignatureRules.PdfIncomplete, _file, missing, Text(field.Number)));

    private static SignatureFacts Start(PdfPart part, int id) =>
        new() { Id = Text(id), Format = "PDF", Level = "BASIC", Coverage = part.Placement.Coverage, Findings = part.Findings };

    private static SignatureFacts Faulty(PdfPart part, (VerificationOutcome Outcome, Finding Finding) fault, int id) =>
        Start(part, id).Fails(fault.Outcome, fault.Outcome == VerificationOutcome.Unsupported ? Indication.Indeterminate : Indication.TotalFailed, fault.Outcome switch
        {
            VerificationOutcome.Unsupported => SubIndication.CryptoConstraintsFailure,
            VerificationOutcome.Broken => SubIndication.HashFailure,
            _ => SubIndication.FormatFailure,
        }, fault.Finding);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
