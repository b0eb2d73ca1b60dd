using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Signatures.Containers;

/// <summary>CAdES signatures and time-stamps of an ASiC container: over a manifest (EN 319 162-1 §4.4.4) or over the one data object (§4.3.4).</summary>
internal sealed class AsicCmsSignatures(
    SignedContainer container, SignedFile file, PathMaterial material, List<AsicManifest> manifests, List<string> data, bool isSimple)
{
    private readonly AsicDigests _digests = new();

    /// <summary>The signers of one signature file, with what its manifest lacks.</summary>
    public async Task<ImmutableArray<SignatureFacts>> ReadAsync(string name, int firstId, CancellationToken cancellationToken)
    {
        var shown = $"{file.Path}!{name}";
        var limits = material.Limits;
        var reason = $"more than {limits.MaxCmsBytes} bytes";
        var encoded = await ReadAllAsync(name, cancellationToken).ConfigureAwait(false);
        if (encoded is null || !CmsSignedData.TryDecode(encoded.Value, limits, out var cms, out reason) || cms.Signers.IsEmpty)
            return [new SignatureFacts { Id = Text(firstId), Format = "CMS", Level = "BASIC" }
                .Fails(VerificationOutcome.Malformed, Indication.TotalFailed, SubIndication.FormatFailure, new Finding(SignatureRules.Malformed, shown, null, reason.Length > 0 ? reason : "no signer"))];
        var (manifest, contents) = ContentsOf(name);
        var hashes = CmsReader.NeededHashes(cms, limits);
        var digests = new DigestSet();
        foreach (var content in contents)
            foreach (var hash in hashes.Where(h => h.IsSupported)) digests.Add(hash, await _digests.OfAsync(content, hash, cancellationToken).ConfigureAwait(false));
        var signed = new SignedContent(digests, null, [.. contents.Select(c => c.OpenAsync)]);
        var context = new CmsContext(shown, limits, material.Known) { Coverage = Coverage.Full };
        var signatures = await CmsReader.ReadAsync(cms, signed, context, firstId, cancellationToken).ConfigureAwait(false);
        var faults = manifest is null ? [] : await manifest.CheckAsync(_digests, shown, cancellationToken).ConfigureAwait(false);
        var covered = manifest is null ? contents.Select(c => c.Path) : manifest.Entries.Select(e => e.File?.Path).OfType<string>();
        var uncovered = data.Except(covered.Take(manifest is null ? 1 : int.MaxValue)).ToList();
        return [.. signatures.Select(s => ContainerCoverage.Mark(Add(CheckAttached(s, cms, shown), faults), uncovered, file))];
    }

    /// <summary>One time-stamp, and the signatures it dates.</summary>
    /// <param name="name">Its file.</param>
    /// <param name="signedBy">Ids of signatures by the file they stand in.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<TimeStampFacts> ReadTimeStampAsync(string name, Dictionary<string, List<string>> signedBy, CancellationToken cancellationToken)
    {
        var shown = $"{file.Path}!{name}";
        var encoded = await ReadAllAsync(name, cancellationToken).ConfigureAwait(false);
        if (encoded is null || !TimeStampToken.TryDecode(encoded.Value, out var token)) return TimeStampReader.Malformed("token", shown, "no time-stamp token");
        var (manifest, contents) = ContentsOf(name);
        var digests = new List<byte[]>();
        if (token.ImprintHash is { IsSupported: true } hash)
            foreach (var content in contents) digests.Add(await _digests.OfAsync(content, hash, cancellationToken).ConfigureAwait(false));
        var facts = TimeStampReader.Read("token", token, h => h == token.ImprintHash ? digests : [], shown, material.Known);
        if (manifest is null) return facts;
        foreach (var (outcome, sub, finding) in await manifest.CheckAsync(_digests, shown, cancellationToken).ConfigureAwait(false))
            facts = facts.Fails(outcome, IndicationOf(sub), sub, finding);
        var uncovered = data.Except(Reached(manifest)).ToList();
        return facts with
        {
            CoveredSignatures = [.. Reached(manifest).SelectMany(p => signedBy.GetValueOrDefault(p) ?? []).Distinct()],
            Findings = uncovered.Count == 0 ? facts.Findings : facts.Findings.Add(ContainerCoverage.Finding(uncovered, file)),
        };
    }

    // What the entries of a manifest are over counts too, when they are manifests themselves.
    private HashSet<string> Reached(AsicManifest manifest)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<AsicManifest>([manifest]);
        while (waiting.TryDequeue(out var next))
            foreach (var path in next.Entries.Select(e => e.File?.Path).OfType<string>())
                if (reached.Add(path))
                    foreach (var inner in manifests.Where(m => m.Path == path)) waiting.Enqueue(inner);
        return reached;
    }

    // A manifest that names the signature is what it is over; without any manifest it is over the data object.
    private (AsicManifest? Manifest, List<SignedFile> Contents) ContentsOf(string name)
    {
        var naming = manifests.Where(m => m.SignaturePath == name).ToList();
        if (naming.Count > 0) return (naming[0], [container.Find(naming[0].Path)!]);
        return isSimple || (data.Count == 1 && !container.Names.Any(AsicNames.IsManifest)) ? (null, [.. data.Select(d => container.Find(d)!)]) : (null, []);
    }

    // §4.3.4: the signature is detached; what it encloses is not what the container holds.
    private static SignatureFacts CheckAttached(SignatureFacts facts, CmsSignedData cms, string shown) => cms.Content is null ? facts
        : facts.Fails(VerificationOutcome.Broken, Indication.TotalFailed, SubIndication.FormatFailure, new Finding(SignatureRules.AsicStructure, shown, null, "the signature is not detached"));

    private static SignatureFacts Add(SignatureFacts facts, List<(VerificationOutcome Outcome, SubIndication Sub, Finding Finding)> faults)
    {
        foreach (var (outcome, sub, finding) in faults) facts = facts.Fails(outcome, IndicationOf(sub), sub, finding);
        return facts;
    }

    private static Indication IndicationOf(SubIndication sub) =>
        sub is SubIndication.HashFailure or SubIndication.FormatFailure ? Indication.TotalFailed : Indication.Indeterminate;

    private async Task<ReadOnlyMemory<byte>?> ReadAllAsync(string name, CancellationToken cancellationToken)
    {
        var entry = container.Find(name)!;
        return entry.Bytes > material.Limits.MaxCmsBytes ? null
            : await SignatureVerification.ReadHeadAsync(entry, material.Limits.MaxCmsBytes, cancellationToken).ConfigureAwait(false);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
