using System.Collections.Immutable;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Pdf.Structure;

namespace Preservation.Signatures.Pdf;

/// <summary>The document security store (ISO 32000-2 §12.8.4.3, EN 319 142-1 §5.4.2): certificates, lists and OCSP responses kept beside signatures.</summary>
internal sealed class PdfSecurityStore(SignatureLimits limits)
{
    private readonly Dictionary<long, ReadOnlyMemory<byte>> _read = [];
    private readonly Dictionary<int, EmbeddedMaterial> _ofRevision = [];
    private long _left = 2L * limits.MaxPdfStreamBytes;

    /// <summary>Was something left out because it is too much.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Everything in the store of a revision.</summary>
    public EmbeddedMaterial Read(PdfView view)
    {
        if (_ofRevision.TryGetValue(view.Revision, out var known)) return known;
        return _ofRevision[view.Revision] = view.Dictionary(view.Catalog?["DSS"]) is { } store
            ? new EmbeddedMaterial(Streams(view, store["Certs"]), Streams(view, store["CRLs"]), Streams(view, store["OCSPs"])) : EmbeddedMaterial.None;
    }

    /// <summary>What the store keeps for one signature; nothing when it does not name it.</summary>
    /// <param name="view">The revision.</param>
    /// <param name="contents">The signature's Contents; its SHA-1 is the key, of the string with or without what fills it up.</param>
    /// <param name="encoded">The structure in it.</param>
    public EmbeddedMaterial ReadFor(PdfView view, ReadOnlyMemory<byte> contents, ReadOnlyMemory<byte> encoded)
    {
        if (view.Dictionary(view.Dictionary(view.Catalog?["DSS"])?["VRI"]) is not { } all) return EmbeddedMaterial.None;
        var found = new[] { contents, encoded }.Select(c => view.Dictionary(all[Convert.ToHexString(HashFunction.Sha1.Compute(c.Span))])).FirstOrDefault(d => d is not null);
        return found is null ? EmbeddedMaterial.None : new EmbeddedMaterial(Streams(view, found["Cert"]), Streams(view, found["CRL"]), Streams(view, found["OCSP"]));
    }

    private ImmutableArray<ReadOnlyMemory<byte>> Streams(PdfView view, PdfObject? list)
    {
        var found = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        foreach (var item in view.Items(list))
        {
            if (found.Count >= limits.MaxCertificates || _left <= 0)
            {
                IsCut = true;
                break;
            }
            if (view.Resolve(item) is not PdfObject.Stream stream) continue;
            if (!_read.TryGetValue(stream.DataStart, out var content))
            {
                if (view.Content(stream) is not { } decoded) continue;
                _read[stream.DataStart] = content = decoded;
                _left -= decoded.Length;
            }
            found.Add(content);
        }
        return found.ToImmutable();
    }
}
