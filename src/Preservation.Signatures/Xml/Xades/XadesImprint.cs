namespace Preservation.Signatures.Xml.Xades;

/// <summary>
/// Writes the octets that a time-stamp of XAdES is over: those its Include elements name, or those that its kind implies (TS 101 903 §7.1.4,
/// EN 319 132-1 §5.1.4.4).
/// </summary>
internal sealed class XadesImprint(Dereferencing document, XmlSignatureParts parts)
{
    private readonly XmlTree _tree = parts.Tree;
    private readonly HashSet<string> _referenced = [.. parts.References.Select(r => r.Uri).OfType<string>()];

    /// <param name="stamp">The property that holds the token.</param>
    /// <param name="sink">Takes the octets.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="XmlRefusedException">What it should be over cannot be had.</exception>
    /// <exception cref="XmlUnsupportedException">Its canonical form or kind is unknown.</exception>
    public async Task WriteAsync(int stamp, OctetSink sink, CancellationToken cancellationToken)
    {
        var form = FormOf(stamp);
        var named = _tree.Elements(stamp).Where(c => _tree.NameOf(c).Local is "Include" or "HashDataInfo").ToList();
        var kind = _tree.NameOf(stamp).Local;
        if (named.Count > 0)
        {
            if (!CoversEnough(kind, named)) throw new XmlRefusedException("a time-stamp that leaves out the signature's value");
            foreach (var include in named) await WriteNamedAsync(include, form, sink, cancellationToken).ConfigureAwait(false);
            return;
        }
        switch (kind)
        {
            case "SignatureTimeStamp":
                WriteNode(parts.SignatureValue, form, sink);
                break;
            case "SigAndRefsTimeStamp" or "SigAndRefsTimeStampV2":
                WriteNode(parts.SignatureValue, form, sink);
                WriteBefore(stamp, form, sink, name => name == "SignatureTimeStamp" || AreReferences(name, kind));
                break;
            case "RefsOnlyTimeStamp" or "RefsOnlyTimeStampV2":
                WriteBefore(stamp, form, sink, name => AreReferences(name, kind));
                break;
            case "ArchiveTimeStamp":
                await WriteArchiveAsync(stamp, form, sink, cancellationToken).ConfigureAwait(false);
                break;
            case "AllDataObjectsTimeStamp":
                foreach (var reference in parts.References.Where(r => !XmlSignatureNames.IsSignedPropertiesType(r.Type) && !IsToSignedProperties(r)))
                    await WriteReferenceAsync(reference, form, sink, cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw new XmlRefusedException("a time-stamp that names no data");
        }
    }

    // TS 101 903 §7.5 knows the first version of the references to certificates, EN 319 132-1 §A.1.5 the second.
    private static bool AreReferences(string name, string kind) => name is "CompleteRevocationRefs" or "AttributeRevocationRefs"
        || (kind.EndsWith("V2", StringComparison.Ordinal) ? name is "CompleteCertificateRefsV2" or "AttributeCertificateRefsV2" : name is "CompleteCertificateRefs" or "AttributeCertificateRefs");

    // 1.4.1 §8.2.1: references, SignedInfo, value, KeyInfo, the unsigned properties before, the other objects. In 1.3.2 §7.7.1 objects that a
    // reference names come in with that reference alone.
    private async Task WriteArchiveAsync(int stamp, CanonicalForm form, OctetSink sink, CancellationToken cancellationToken)
    {
        foreach (var reference in parts.References) await WriteReferenceAsync(reference, form, sink, cancellationToken).ConfigureAwait(false);
        WriteNode(parts.SignedInfo, form, sink);
        WriteNode(parts.SignatureValue, form, sink);
        if (parts.KeyInfo >= 0) WriteNode(parts.KeyInfo, form, sink);
        WriteBefore(stamp, form, sink, _ => true);
        var isFirstVersion = _tree.NameOf(stamp).Namespace != XmlSignatureNames.Xades141;
        foreach (var holder in parts.Objects)
        {
            if (_tree.Contains(holder, parts.QualifyingProperties)) continue;
            if (isFirstVersion && _tree.ValueOf(holder, "Id") is { } id && _referenced.Contains("#" + id)) continue;
            WriteNode(holder, form, sink);
        }
    }

    private void WriteBefore(int stamp, CanonicalForm form, OctetSink sink, Func<string, bool> isIncluded)
    {
        foreach (var property in parts.UnsignedProperties)
        {
            if (property >= stamp) return;
            if (isIncluded(_tree.NameOf(property).Local)) WriteNode(property, form, sink);
        }
    }

    private bool IsToSignedProperties(XmlReference reference) =>
        reference.Uri is ['#', .. var id] && parts.SignedProperties >= 0 && _tree.FindId(id) == parts.SignedProperties;

    private async Task WriteReferenceAsync(XmlReference reference, CanonicalForm form, OctetSink sink, CancellationToken cancellationToken)
    {
        document.Budget.Reference();
        var data = await document.ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
        await document.WriteAsync(data, form, sink, cancellationToken).ConfigureAwait(false);
    }

    // Include (1.3.2 §7.1.4.3.1) and HashDataInfo (1.1.1, 1.2.2 §7.1.4) point at an element; a reference stands for what it is over.
    private async Task WriteNamedAsync(int include, CanonicalForm form, OctetSink sink, CancellationToken cancellationToken)
    {
        var target = Target(include);
        if (target < 0) throw new XmlRefusedException("a time-stamp that names an element which is not there");
        if (_tree.ValueOf(include, "referencedData") is "true" or "1" && _tree.IsElement(target, XmlSignatureNames.Signature, "Reference"))
        {
            await WriteReferenceAsync(XmlReference.Read(_tree, target), form, sink, cancellationToken).ConfigureAwait(false);
            return;
        }
        ReferencedContent data = new ReferencedContent.Nodes(new NodeSet(_tree, target, withComments: false));
        foreach (var list in _tree.Elements(include).Where(e => _tree.NameOf(e).Local == "Transforms"))
            foreach (var transform in _tree.Elements(list)) data = await Transforms.ApplyAsync(document, data, transform, cancellationToken).ConfigureAwait(false);
        await document.WriteAsync(data, form, sink, cancellationToken).ConfigureAwait(false);
    }

    private int Target(int include) => (_tree.ValueOf(include, "URI") ?? _tree.ValueOf(include, "uri")) is ['#', .. var id] ? _tree.FindId(id) : -1;

    // One that should date the signature says nothing about it without the value, nor when a transform may put anything in its place.
    private bool CoversEnough(string kind, List<int> named) =>
        kind is "AllDataObjectsTimeStamp" or "IndividualDataObjectsTimeStamp" or "RefsOnlyTimeStamp" or "RefsOnlyTimeStampV2"
        || named.Exists(n => Target(n) is var target and >= 0 && _tree.Contains(target, parts.SignatureValue) && HasOnlyForms(n));

    private bool HasOnlyForms(int include) => _tree.Elements(include).Where(e => _tree.NameOf(e).Local == "Transforms")
        .All(list => _tree.Elements(list).All(t => CanonicalForm.Read(_tree, t) is not null));

    private void WriteNode(int element, CanonicalForm form, OctetSink sink) =>
        Canonicalisation.Write(new NodeSet(_tree, element, form.WithComments), form, sink, document.Budget);

    // Absent or empty means Canonical XML 1.0 (TS 101 903 §7.1.4.2).
    private CanonicalForm FormOf(int stamp)
    {
        var method = _tree.Element(stamp, XmlSignatureNames.Signature, "CanonicalizationMethod");
        if (method < 0 || string.IsNullOrEmpty(_tree.ValueOf(method, "Algorithm"))) return CanonicalForm.Default;
        return CanonicalForm.Read(_tree, method) ?? throw new XmlUnsupportedException("the canonical form of a time-stamp");
    }
}
