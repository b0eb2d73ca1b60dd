using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Pdf.Structure;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Signatures.Pdf;

/// <summary>A signature dictionary as far as it can be read without the bytes it is over.</summary>
/// <param name="Dictionary">What the scan found.</param>
/// <param name="Placement">Where it stands.</param>
internal sealed record PdfPart(PdfSignatureDictionary Dictionary, PdfPlacement Placement)
{
    public const string Sha1Form = "adbe.pkcs7.sha1";
    private const string TimeStampForm = "ETSI.RFC3161";
    private static readonly string[] Detached = ["adbe.pkcs7.detached", "ETSI.CAdES.detached", ""];

    /// <summary>All its keys; null when it cannot be read as a value.</summary>
    public PdfObject.Dictionary? Full { get; init; }

    public LaterChanges Changes { get; init; }
    public (VerificationOutcome Outcome, Finding Finding)? Fault { get; init; }
    public CmsSignedData? Cms { get; init; }
    public TimeStampToken? Token { get; init; }
    public bool IsTimeStamp { get; init; }
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>The byte range, when it can be read.</summary>
    public ImmutableArray<long> Ranges { get; init; } = [];

    /// <summary>Functions that the bytes must be digested with.</summary>
    public IReadOnlyCollection<HashFunction> Hashes { get; init; } = [];

    /// <summary>Offset behind the last byte it is over; zero when its range cannot be read.</summary>
    public long End => Ranges.Length >= 2 ? Ranges[^2] + Ranges[^1] : 0;

    /// <summary>Reads range and structure.</summary>
    public PdfPart Decode(long fileBytes, SignatureLimits limits, string file)
    {
        var subFilter = Dictionary.SubFilter;
        var part = this with { IsTimeStamp = subFilter == TimeStampForm };
        if (!PdfRangeDigests.AreReadable(Dictionary.ByteRange, fileBytes))
            return part with
            {
                Placement = Placement with { Coverage = Coverage.Unclear },
                Fault = (VerificationOutcome.Broken, new Finding(SignatureRules.PdfByteRange, file, null, string.Join(' ', Dictionary.ByteRange))),
            };
        part = part with { Ranges = Dictionary.ByteRange };
        if (subFilter == PdfRawSignature.SubFilter) return part with { Hashes = PdfRawSignature.Hashes };
        if (!CmsSignedData.TryDecode(Dictionary.Contents, limits, out var cms, out var reason))
            return part with { Fault = (VerificationOutcome.Malformed, new Finding(SignatureRules.Malformed, file, null, reason)) };
        part = part with { Cms = cms, IsTimeStamp = cms.ContentType == CmsOids.TstInfo };
        if (part.IsTimeStamp)
            return TimeStampToken.TryFrom(cms, out var token, out reason)
                ? part with { Token = token, Hashes = token.ImprintHash is { IsSupported: true } hash ? [hash] : [] }
                : part with { Fault = (VerificationOutcome.Malformed, new Finding(SignatureRules.TstMalformed, file, null, reason)) };
        if (subFilter == Sha1Form) return part with { Hashes = [HashFunction.Sha1] };
        if (!Detached.Contains(subFilter))
            return part with { Fault = (VerificationOutcome.Unsupported, new Finding(SignatureRules.UnsupportedForm, file, null, subFilter)) };
        return cms.Content is null
            ? part with { Hashes = CmsReader.NeededHashes(cms, limits) }
            : part with { Fault = (VerificationOutcome.Malformed, new Finding(SignatureRules.Malformed, file, "detached", "eContent")) };
    }
}
