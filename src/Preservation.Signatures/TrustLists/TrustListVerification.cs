using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Path;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures.TrustLists;

/// <summary>
/// Reads trusted lists and says which are to be used: those whose signature holds and is by a certificate that the operator named, or that a list of lists
/// names which is itself so signed (TS 119 612 §5.3.13). Nothing is fetched: pointers are followed to the lists given.
/// </summary>
public static class TrustListVerification
{
    private const int MaxTold = 100;

    /// <summary>Judges lists together; the answer has one reading for each, in their order. Whether a list is out of date is asked at a time, later.</summary>
    /// <param name="files">The lists, national ones and lists of lists; of each scheme the one with the highest sequence number is used.</param>
    /// <param name="signers">Certificates (DER) of those whom the operator lets sign lists.</param>
    /// <param name="limits">Bounds on each document.</param>
    /// <exception cref="InvalidDataException">A signer's certificate cannot be read.</exception>
    public static ImmutableArray<TrustListReading> Judge(IReadOnlyList<TrustListFile> files, IEnumerable<ReadOnlyMemory<byte>> signers, SignatureLimits limits)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(signers);
        ArgumentNullException.ThrowIfNull(limits);
        var named = signers.Select(TrustAnchors.DecodeOne).ToList();
        var readings = files.Select(f => Read(f, named, limits)).ToArray();
        for (var i = 0; i < readings.Length; i++)
            if (named.Any(n => n.Encoded.Span.SequenceEqual(readings[i].Signer.Span))) readings[i] = readings[i] with { IsUsed = true, NextUpdate = readings[i].List!.NextUpdate };
        KeepNewest(readings);
        FollowPointers(readings);
        KeepNewest(readings);
        for (var i = 0; i < readings.Length; i++)
            if (readings[i] is { IsUsed: false, IsRepeated: false, Findings.IsEmpty: true }) readings[i] = readings[i].Refuse(TrustListRules.Signer, SubjectOf(readings[i].Signer));
        return [.. readings.Select(r => r.IsUsed ? r with { Findings = r.Findings.AddRange(Tell(r, readings)) } : r)];
    }

    private static TrustListReading Read(TrustListFile file, List<Certificate> named, SignatureLimits limits)
    {
        var reading = new TrustListReading(file.Name, file.Bytes);
        try
        {
            switch (XmlTreeReader.Read(file.Bytes, limits))
            {
                case XmlParse.Parsed { Tree: var tree } when TrustListReader.IsList(tree):
                    return Verify(reading with { List = new TrustListReader(tree).Read() }, tree, named, limits);
                case XmlParse.TooLarge large: return reading.Refuse(TrustListRules.Limit, large.Limit, large.Allowed.ToString(CultureInfo.InvariantCulture));
                case XmlParse.DocumentType: return reading.Refuse(TrustListRules.Malformed, "DOCTYPE");
                case XmlParse.Malformed malformed: return reading.Refuse(TrustListRules.Malformed, malformed.Reason);
                default: return reading.Refuse(TrustListRules.Malformed, "TrustServiceStatusList");
            }
        }
        catch (FormatException exception)
        {
            return reading.Refuse(TrustListRules.Malformed, exception.Message);
        }
        catch (XmlLimitException exception)
        {
            return reading.Refuse(TrustListRules.Limit, exception.Message);
        }
    }

    private static TrustListReading Verify(TrustListReading reading, XmlTree tree, List<Certificate> named, SignatureLimits limits)
    {
        var list = reading.List!;
        if (list.Version is not (5 or 6)) return reading.Refuse(TrustListRules.Version, list.Version.ToString(CultureInfo.InvariantCulture), "5, 6");
        var (signer, refused) = new TrustListSignature(tree, new XmlBudget(limits), reading.Name).Verify(named, list.IssuedAt);
        return signer is null ? reading with { Findings = [refused!] } : reading with { Signer = signer.Encoded };
    }

    // §5.3.2: of one scheme's editions the newest; an older one is not used though its signature holds.
    private static void KeepNewest(TrustListReading[] readings)
    {
        foreach (var scheme in Enumerable.Range(0, readings.Length).Where(i => readings[i].IsUsed).GroupBy(i => readings[i].List!.Scheme).Where(g => g.Count() > 1))
        {
            var newest = scheme.OrderByDescending(i => readings[i].List!.SequenceNumber).ThenByDescending(i => readings[i].List!.IssuedAt).ThenBy(i => readings[i].Sha256, StringComparer.Ordinal).First();
            foreach (var i in scheme.Where(i => i != newest))
                // The same document at two places is told of once.
                readings[i] = readings[i].Sha256 == readings[newest].Sha256 ? readings[i] with { IsUsed = false, IsRepeated = true } : readings[i].Refuse(
                    TrustListRules.Sequence, Number(readings[i]), Number(readings[newest]));
        }

        static string Number(TrustListReading reading) => reading.List!.SequenceNumber.ToString(CultureInfo.InvariantCulture);
    }

    private static void FollowPointers(TrustListReading[] readings)
    {
        foreach (var top in readings.Where(r => r is { IsUsed: true, List.IsListOfLists: true }).ToList())
            foreach (var pointer in top.List!.Pointers)
                for (var i = 0; i < readings.Length; i++)
                {
                    if (readings[i] is not { IsUsed: false, IsRepeated: false, Findings.IsEmpty: true, List: { IsListOfLists: false } list } reading || !Names(pointer, reading)) continue;
                    readings[i] = reading with { IsUsed = true, NextUpdate = list.NextUpdate < top.NextUpdate || top.NextUpdate is null ? list.NextUpdate : top.NextUpdate };
                }
    }

    private static bool Names(TrustListPointer pointer, TrustListReading reading) =>
        pointer.Territory == reading.List!.Territory && (pointer.Type is null || pointer.Type == reading.List.Type) && pointer.Signers.Any(s => s.Span.SequenceEqual(reading.Signer.Span));

    private static IEnumerable<Finding> Tell(TrustListReading reading, TrustListReading[] all)
    {
        var list = reading.List!;
        var missing = list.IsListOfLists ? list.Pointers.Where(p => p.Territory != list.Territory && !all.Any(r => r.IsUsed && Names(p, r))).Select(p => new Finding(TrustListRules.PointerWithoutList, reading.Name, null, p.Territory ?? p.Location)) : [];
        var services = list.Providers.SelectMany(p => p.Services).Where(s => s.Periods.Any(p => TrustListNames.IsAuthority(p.Type) || TrustListNames.IsTimeStamping(p.Type))).ToList();
        var bare = services.Where(s => s.Periods.All(p => p.Identity.Certificates.IsEmpty)).Select(s => new Finding(TrustListRules.ServiceWithoutCertificate, reading.Name, null, s.Name));
        var unknown = services.Where(s => s.Periods.Any(p => !p.UnknownCritical.IsEmpty)).Select(s => new Finding(TrustListRules.ServiceExtension, reading.Name, null, $"{s.Name}: {string.Join(", ", s.Periods.SelectMany(p => p.UnknownCritical).Distinct())}"));
        return missing.Concat(bare).Concat(unknown).Take(MaxTold);
    }

    private static string SubjectOf(ReadOnlyMemory<byte> signer) => Certificate.TryDecode(signer, out var certificate) ? certificate.Report.Subject : "?";
}
