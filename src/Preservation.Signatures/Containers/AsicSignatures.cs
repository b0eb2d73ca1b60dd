using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures.Containers;

/// <summary>ASiC containers, simple and extended, with XAdES, CAdES or time-stamps (EN 319 162-1 §4), and the forms they grew from (BDOC, EDOC).</summary>
internal sealed class AsicSignatures
{
    private readonly SignedContainer _container;
    private readonly SignedFile _file;
    private readonly PathMaterial _material;
    private readonly XmlBudget _budget;
    private readonly List<AsicManifest> _manifests = [];
    private readonly ImmutableArray<Finding>.Builder _findings = ImmutableArray.CreateBuilder<Finding>();
    private readonly List<string> _data;
    private readonly bool _isSimple;

    private AsicSignatures(SignedContainer container, SignedFile file, string mimetype, PathMaterial material)
    {
        (_container, _file, _material, _budget) = (container, file, material, new XmlBudget(material.Limits));
        _data = [.. container.Names.Where(AsicNames.IsDataObject)];
        _isSimple = IsSimple(file, mimetype);
    }

    public static async Task<FileFacts> ReadAsync(SignedContainer container, SignedFile file, string mimetype, PathMaterial material, CancellationToken cancellationToken)
    {
        var reader = new AsicSignatures(container, file, mimetype, material);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<FileFacts> ReadAsync(CancellationToken cancellationToken)
    {
        var files = _container.Names.Count(n => AsicNames.IsXmlSignature(n) || AsicNames.IsCmsSignature(n) || AsicNames.IsTimeStamp(n));
        if (files > _material.Limits.MaxSignatures) throw new XmlLimitException(nameof(SignatureLimits.MaxSignatures), _material.Limits.MaxSignatures);
        await ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        var signatures = new List<SignatureFacts>();
        var signedBy = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var xml = new XmlContainerSignatures(_budget, _material, _file);
        foreach (var name in _container.Names.Where(AsicNames.IsXmlSignature))
            await xml.AddAsync(_container.Find(name)!, ContainerSources.Of(_container), cancellationToken).ConfigureAwait(false);
        foreach (var (path, signature) in xml.Found)
        {
            signatures.Add(ContainerCoverage.Judge(signature, _data, _file));
            (signedBy.TryGetValue(path, out var ids) ? ids : signedBy[path] = []).Add(signature.Facts.Id);
        }
        signatures.AddRange(xml.Unread);
        var cms = new AsicCmsSignatures(_container, _file, _material, _manifests, _data, _isSimple);
        foreach (var name in _container.Names.Where(AsicNames.IsCmsSignature))
        {
            var found = await cms.ReadAsync(name, signatures.Count + 1, cancellationToken).ConfigureAwait(false);
            signatures.AddRange(found);
            signedBy[name] = [.. found.Select(f => f.Id)];
            if (signatures.Count > _material.Limits.MaxSignatures) throw new XmlLimitException(nameof(SignatureLimits.MaxSignatures), _material.Limits.MaxSignatures);
        }
        AddContainerFindings(signatures);
        var stamps = _container.Names.Where(AsicNames.IsTimeStamp).ToList();
        if (_isSimple && _data.Count != 1 && signatures.Count == 0 && stamps.Count > 0)
            return FileFacts.Refused(VerificationOutcome.Malformed, [.. _findings]);
        var facts = new List<TimeStampFacts>();
        foreach (var name in stamps) facts.Add(await cms.ReadTimeStampAsync(name, signedBy, cancellationToken).ConfigureAwait(false));
        return new FileFacts
        {
            Signatures = [.. signatures],
            TimeStamps = [.. facts.OrderBy(f => f.Token?.Time ?? DateTimeOffset.MaxValue)],
            Outcome = signatures.Count + facts.Count == 0 ? VerificationOutcome.NoSignature : null,
            Findings = _findings.ToImmutable(),
        };
    }

    private async Task ReadManifestsAsync(CancellationToken cancellationToken)
    {
        foreach (var name in _container.Names.Where(AsicNames.IsManifest))
        {
            var (tree, refused) = await XmlSignatures.ParseAsync(_container.Find(name)!, _budget, cancellationToken).ConfigureAwait(false);
            if (tree is not null && AsicManifest.Read(name, tree, _container, _budget) is { } manifest) _manifests.Add(manifest);
            else _findings.Add(refused is null ? new Finding(SignatureRules.AsicManifest, _file.Path, null, name) : refused.Findings[0] with { Path = $"{_file.Path}!{name}" });
        }
    }

    private void AddContainerFindings(List<SignatureFacts> signatures)
    {
        if (_isSimple && _data.Count != 1) _findings.Add(new Finding(SignatureRules.AsicStructure, _file.Path, "1", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_data.Count} data objects in ASiC-S")));
        if (signatures.Count == 0 && _data.Count == 0) _findings.Add(new Finding(SignatureRules.AsicStructure, _file.Path, null, "no data object"));
        foreach (var record in _container.Names.Where(AsicNames.IsEvidenceRecord)) _findings.Add(new Finding(SignatureRules.EvidenceNotJudged, _file.Path, null, record));
    }

    // §4.3.2: the mimetype decides; else the name; else the file is taken for the extended form, which can hold all.
    private static bool IsSimple(SignedFile file, string mimetype)
    {
        if (mimetype.StartsWith("application/vnd.etsi.asic-", StringComparison.Ordinal)) return mimetype.StartsWith("application/vnd.etsi.asic-s", StringComparison.Ordinal);
        return System.IO.Path.GetExtension(file.Path).ToUpperInvariant() is ".ASICS" or ".SCS";
    }
}
