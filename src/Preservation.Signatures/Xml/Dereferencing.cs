using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Xml;

/// <summary>Finds what a reference is over and takes it through its transforms (XMLDSig §4.4.3). One for each document with signatures.</summary>
internal sealed class Dereferencing(XmlTree tree, XmlSources sources, XmlBudget budget)
{
    private const int BufferBytes = 1 << 18;
    private readonly Dictionary<(string Path, HashFunction Hash), byte[]> _fileDigests = [];

    public XmlTree Tree => tree;
    public XmlSources Sources => sources;
    public XmlBudget Budget => budget;

    /// <summary>Follows the URI and the transforms.</summary>
    /// <exception cref="XmlRefusedException">What it names is not there, is not one thing, or a transform fails.</exception>
    /// <exception cref="XmlUnsupportedException">It asks for what is not built or not allowed.</exception>
    /// <exception cref="XmlSourceMissingException">It names another resource that is not at hand.</exception>
    public async Task<ReferencedContent> ResolveAsync(XmlReference reference, CancellationToken cancellationToken)
    {
        var data = Find(reference);
        foreach (var transform in reference.Transforms) data = await Transforms.ApplyAsync(this, data, transform, cancellationToken).ConfigureAwait(false);
        return data;
    }

    public async Task<byte[]> DigestAsync(ReferencedContent data, HashFunction hash, CancellationToken cancellationToken)
    {
        if (data is ReferencedContent.File file && _fileDigests.TryGetValue((file.Source.Path, hash), out var known)) return known;
        using var state = hash.Start();
        var sink = new OctetSink(state.AppendData, budget);
        await WriteAsync(data, CanonicalForm.Default, sink, cancellationToken).ConfigureAwait(false);
        sink.Flush();
        var digest = state.GetHashAndReset();
        if (data is ReferencedContent.File source) _fileDigests[(source.Source.Path, hash)] = digest;
        return digest;
    }

    /// <summary>Writes the octets; nodes in the form given.</summary>
    public async Task WriteAsync(ReferencedContent data, CanonicalForm form, OctetSink sink, CancellationToken cancellationToken)
    {
        switch (data)
        {
            case ReferencedContent.Nodes nodes: Canonicalisation.Write(nodes.Set, form, sink, budget); break;
            case ReferencedContent.Canonical canonical: Canonicalisation.Write(canonical.Set, canonical.Form, sink, budget); break;
            case ReferencedContent.Octets octets: sink.Write(octets.Bytes.Span); break;
            case ReferencedContent.File file: await CopyAsync(file.Source, sink, cancellationToken).ConfigureAwait(false); break;
            default: throw new InvalidOperationException("unknown kind of data");
        }
    }

    /// <summary>The octets in memory, for a transform that needs them.</summary>
    public async Task<ReadOnlyMemory<byte>> ToOctetsAsync(ReferencedContent data, CancellationToken cancellationToken)
    {
        if (data is ReferencedContent.Octets octets) return octets.Bytes;
        if (data is ReferencedContent.File { Source: var source } && source.Bytes > budget.Limits.MaxXmlBytes)
            throw new XmlLimitException(nameof(SignatureLimits.MaxXmlBytes), budget.Limits.MaxXmlBytes);
        var sink = new OctetSink(null, budget);
        await WriteAsync(data, CanonicalForm.Default, sink, cancellationToken).ConfigureAwait(false);
        return sink.ToArray();
    }

    /// <summary>The nodes, for a transform that needs them: octets are parsed (XMLDSig §4.4.3.2).</summary>
    public async Task<NodeSet> ToNodesAsync(ReferencedContent data, CancellationToken cancellationToken)
    {
        if (data is ReferencedContent.Nodes nodes) return nodes.Set;
        var octets = await ToOctetsAsync(data, cancellationToken).ConfigureAwait(false);
        budget.Canonical(octets.Length);
        return XmlTreeReader.Read(octets, budget.Limits) switch
        {
            XmlParse.Parsed parsed => new NodeSet(parsed.Tree, 0, withComments: true),
            XmlParse.TooLarge large => throw new XmlLimitException(large.Limit, large.Allowed),
            XmlParse.DocumentType => throw new XmlUnsupportedException("a document type in signed data"),
            _ => throw new XmlRefusedException("signed data that should be XML is not well-formed"),
        };
    }

    private ReferencedContent Find(XmlReference reference)
    {
        var uri = reference.Uri;
        if (uri is null || !(uri.Length == 0 || uri[0] == '#'))
            return new ReferencedContent.File(sources.Find(uri) ?? throw new XmlSourceMissingException(reference.Shown));
        if (uri.Length == 0) return new ReferencedContent.Nodes(new NodeSet(tree, 0, withComments: false));
        var fragment = Uri.UnescapeDataString(uri[1..]);
        if (fragment == "xpointer(/)") return new ReferencedContent.Nodes(new NodeSet(tree, 0, withComments: true));
        if (PointedId(fragment) is { } pointed) return Subtree(pointed, withComments: true);
        if (fragment.StartsWith("xpointer(", StringComparison.Ordinal) || fragment.StartsWith("xmlns(", StringComparison.Ordinal))
            throw new XmlUnsupportedException("an XPointer of another form");
        return Subtree(fragment, withComments: false);
    }

    private ReferencedContent.Nodes Subtree(string id, bool withComments) => tree.FindId(id) switch
    {
        -1 => throw new XmlRefusedException("no element has the Id that a reference names"),
        -2 => throw new XmlRefusedException("several elements have the Id that a reference names"),
        var element => new ReferencedContent.Nodes(new NodeSet(tree, element, withComments)),
    };

    // xpointer(id('x')), with either kind of quotes (XMLDSig §4.4.3.2).
    private static string? PointedId(string fragment)
    {
        const string Before = "xpointer(id(";
        if (!fragment.StartsWith(Before, StringComparison.Ordinal) || !fragment.EndsWith("))", StringComparison.Ordinal)) return null;
        var quoted = fragment.AsSpan(Before.Length, fragment.Length - Before.Length - 2).Trim();
        return quoted.Length > 2 && quoted[0] is '\'' or '"' && quoted[^1] == quoted[0] ? quoted[1..^1].ToString() : null;
    }

    private static async Task CopyAsync(SignedFile file, OctetSink sink, CancellationToken cancellationToken)
    {
        var stream = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[BufferBytes];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0) sink.Pass(buffer.AsSpan(0, read));
        }
    }
}

/// <summary>A reference names a resource that is not at hand. Caught where facts are made.</summary>
internal sealed class XmlSourceMissingException(string uri) : Exception(uri);
