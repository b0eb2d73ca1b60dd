using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Cms;

/// <summary>Makes facts of every signer of a CMS structure, with its time-stamps and counter-signatures (RFC 5652, EN 319 122-1).</summary>
internal sealed class CmsReader
{
    private const int MaxCounterDepth = 3;
    private readonly CmsSignedData _cms;
    private readonly SignedContent _content;
    private readonly CmsContext _context;
    private readonly ImmutableArray<Certificate> _certificates;
    private readonly ImmutableArray<Finding> _unread;
    private readonly CadesTimeStamps _timeStamps;
    private int _left;

    private CmsReader(CmsSignedData cms, SignedContent content, CmsContext context)
    {
        (_cms, _content, _context, _left) = (cms, content, context, context.Limits.MaxSignatures);
        var embedded = CmsMaterial.Of(cms.Certificates, [], cms.Signers.SelectMany(s => s.UnsignedAttributes));
        var decoded = embedded.Certificates.Select(c => Certificate.TryDecode(c, out var certificate) ? certificate : null).ToList();
        _certificates = [.. decoded.OfType<Certificate>(), .. context.Known];
        _unread = decoded.Contains(null) ? [new Finding(SignatureRules.CertificateMalformed, context.File)] : [];
        _timeStamps = new CadesTimeStamps(cms, content, context, _certificates);
    }

    /// <summary>Reads every signer; at most as many as the limits allow, counter-signatures included.</summary>
    /// <param name="cms">The structure.</param>
    /// <param name="content">What it is over: by the functions that <see cref="NeededHashes"/> names.</param>
    /// <param name="context">Where it stands.</param>
    /// <param name="firstId">Number of the first signer within the file.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="IOException">Detached content could not be read.</exception>
    public static async Task<ImmutableArray<SignatureFacts>> ReadAsync(
        CmsSignedData cms, SignedContent content, CmsContext context, int firstId, CancellationToken cancellationToken)
    {
        var reader = new CmsReader(cms, content, context);
        var signatures = ImmutableArray.CreateBuilder<SignatureFacts>();
        for (var i = 0; i < cms.Signers.Length && reader._left > 0; i++)
        {
            var id = (firstId + i).ToString(CultureInfo.InvariantCulture);
            var signer = cms.Signers[i];
            var start = reader.Start(id) with { Findings = [.. reader._unread, .. context.Findings] };
            signatures.Add(await reader.ReadAsync(start, signer, cms.ContentType, content.Digests, 0, cancellationToken).ConfigureAwait(false));
        }
        return signatures.ToImmutable();
    }

    /// <summary>The functions by which the content must be digested to judge this structure, as far as they can be computed.</summary>
    public static IReadOnlyCollection<HashFunction> NeededHashes(CmsSignedData cms, SignatureLimits limits) =>
        [.. DigestSet.Needed(cms.Signers).Union(cms.Signers.SelectMany(s => CadesTimeStamps.ContentHashes(s, limits)))];

    private SignatureFacts Start(string id) => new() { Id = id, Format = _context.Names.Plain, Level = "BASIC", Coverage = _context.Coverage };

    private async Task<SignatureFacts> ReadAsync(
        SignatureFacts start, CmsSigner signer, string? contentType, DigestSet content, int depth, CancellationToken cancellationToken)
    {
        _left--;
        var facts = CmsVerification.Verify(start, signer, contentType, content, _certificates, _context.File);
        var isOuter = depth == 0;
        facts = facts with
        {
            Format = facts.ProtectsCertificate ? _context.Names.Advanced : _context.Names.Plain,
            Material = isOuter ? CmsMaterial.Of(_cms.Certificates, _cms.Revocations, signer.SignedAttributes.Concat(signer.UnsignedAttributes)) : EmbeddedMaterial.None,
            TimeStamps = await _timeStamps.ReadAsync(signer, content, isOuter, cancellationToken).ConfigureAwait(false),
        };
        return facts with
        {
            Level = Level(facts, signer),
            CounterSignatures = await ReadCounterSignaturesAsync(signer, facts.Id, depth, cancellationToken).ConfigureAwait(false),
        };
    }

    // RFC 5652 §11.4: a counter-signature signs the value of the signature it stands in.
    private async Task<ImmutableArray<SignatureFacts>> ReadCounterSignaturesAsync(CmsSigner signer, string id, int depth, CancellationToken cancellationToken)
    {
        if (depth >= MaxCounterDepth) return [];
        var found = ImmutableArray.CreateBuilder<SignatureFacts>();
        foreach (var encoded in signer.UnsignedValues(CmsOids.CounterSignature))
        {
            if (_left <= 0) break;
            var start = Start(string.Create(CultureInfo.InvariantCulture, $"{id}.{found.Count + 1}"));
            if (CmsSigner.TryRead(encoded, out var counter, out var reason))
            {
                var content = DigestSet.Of(signer.SignatureValue, DigestSet.Needed([counter]).Union(CadesTimeStamps.ContentHashes(counter, _context.Limits)));
                found.Add(await ReadAsync(start, counter, null, content, depth + 1, cancellationToken).ConfigureAwait(false));
                continue;
            }
            _left--;
            found.Add(start.Fails(VerificationOutcome.Malformed, Indication.TotalFailed, SubIndication.FormatFailure,
                new Finding(SignatureRules.Malformed, _context.File, null, reason)));
        }
        return found.ToImmutable();
    }

    // EN 319 122-1 §6: what each level adds. The values may stand in attributes or in the structure itself.
    private string Level(SignatureFacts facts, CmsSigner signer)
    {
        if (!facts.ProtectsCertificate) return "BASIC";
        if (facts.TimeStamps.Any(t => t.Kind == "archive")) return "LTA";
        var isStamped = facts.TimeStamps.Any(t => t.Kind == "signature");
        var hasValues = signer.UnsignedAttributes.Any(a => a.Oid is CmsOids.RevocationValues or CmsOids.CertificateValues) || !_cms.Revocations.IsEmpty;
        if (isStamped && hasValues) return "LT";
        if (facts.TimeStamps.Any(t => t.Kind == "references")) return "X";
        if (isStamped && signer.UnsignedAttributes.Any(a => a.Oid == CmsOids.CompleteRevocationReferences)) return "C";
        return isStamped ? "T" : "B";
    }
}
