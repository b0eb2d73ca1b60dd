using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Signatures.Xml.Xades;

/// <summary>Reads the time-stamps in the properties of a signature, those that cover the least first.</summary>
internal sealed class XadesTimeStamps(Dereferencing document, XmlSignatureParts parts, XmlKeyInfo keyInfo, ImmutableArray<Certificate> known, string file)
{
    private static readonly string[] Order = ["content", "signature", "references", "archive"];
    private readonly XadesImprint _imprint = new(document, parts);

    /// <param name="allowed">How many may still be read in this file.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<ImmutableArray<TimeStampFacts>> ReadAsync(int allowed, CancellationToken cancellationToken)
    {
        var found = new List<TimeStampFacts>();
        foreach (var (property, kind) in Properties())
            foreach (var token in parts.Tree.Elements(property))
            {
                var name = parts.Tree.NameOf(token).Local;
                if (name is not ("EncapsulatedTimeStamp" or "XMLTimeStamp")) continue;
                if (found.Count >= allowed) throw new XmlLimitException(nameof(SignatureLimits.MaxSignatures), document.Budget.Limits.MaxSignatures);
                found.Add(name == "XMLTimeStamp" ? Unsupported(kind, name) : await ReadAsync(property, kind, token, cancellationToken).ConfigureAwait(false));
            }
        return [.. found.OrderBy(t => Array.IndexOf(Order, t.Kind))];
    }

    private IEnumerable<(int Property, string Kind)> Properties()
    {
        var signed = parts.Child(parts.SignedProperties, "SignedDataObjectProperties");
        var all = (signed < 0 ? [] : parts.Tree.Elements(signed)).Concat(parts.UnsignedProperties);
        foreach (var property in all)
        {
            var kind = parts.Tree.NameOf(property).Local switch
            {
                "AllDataObjectsTimeStamp" or "IndividualDataObjectsTimeStamp" => "content",
                "SignatureTimeStamp" => "signature",
                "SigAndRefsTimeStamp" or "SigAndRefsTimeStampV2" or "RefsOnlyTimeStamp" or "RefsOnlyTimeStampV2" => "references",
                "ArchiveTimeStamp" => "archive",
                _ => null,
            };
            if (kind is not null && XmlSignatureNames.IsXades(parts.Tree.NameOf(property).Namespace)) yield return (property, kind);
        }
    }

    private async Task<TimeStampFacts> ReadAsync(int property, string kind, int encapsulated, CancellationToken cancellationToken)
    {
        if (Base64Text.Decode(parts.Tree, encapsulated) is not { } encoded) return TimeStampReader.Malformed(kind, file, "no base64");
        var limits = document.Budget.Limits;
        if (!TimeStampToken.TryDecode(encoded, out var token) || token.ImprintHash is not { IsSupported: true } hash)
            return TimeStampReader.Read(kind, encoded, _ => null, limits, file, known);
        try
        {
            var digest = await DigestAsync(property, hash, cancellationToken).ConfigureAwait(false);
            return TimeStampReader.Read(kind, encoded, h => h == hash ? digest : null, limits, file, known) with { Covers = CoveredBy(property, kind) };
        }
        catch (XmlUnsupportedException exception)
        {
            return Unsupported(kind, exception.Message);
        }
        catch (Exception exception) when (exception is XmlRefusedException or XmlSourceMissingException)
        {
            // What it is over is not at hand, which the reader of tokens says for every form.
            return TimeStampReader.Read(kind, encoded, _ => null, limits, file, known);
        }
    }

    // Only an archive time-stamp is over validation material, namely what came before it.
    private EmbeddedMaterial? CoveredBy(int property, string kind) =>
        kind == "archive" ? XadesMaterial.Of(parts, keyInfo, document.Budget, property).Found : null;

    private async Task<byte[]> DigestAsync(int property, HashFunction hash, CancellationToken cancellationToken)
    {
        using var state = hash.Start();
        var sink = new OctetSink(state.AppendData, document.Budget);
        await _imprint.WriteAsync(property, sink, cancellationToken).ConfigureAwait(false);
        sink.Flush();
        return state.GetHashAndReset();
    }

    private TimeStampFacts Unsupported(string kind, string what) => new TimeStampFacts { Kind = kind }
        .Fails(VerificationOutcome.Unsupported, Indication.Indeterminate, SubIndication.CryptoConstraintsFailure, new Finding(SignatureRules.XmlTransform, file, null, what));
}
