namespace Preservation.Signatures.Path;

/// <summary>Does a name lie in a subtree, form by form (RFC 5280 §4.2.1.10).</summary>
internal static class NameSubtree
{
    /// <param name="subtree">The constraint's base.</param>
    /// <param name="name">A name of the same form.</param>
    /// <param name="isExclusion">What cannot be read then counts as inside: doubt never widens what is allowed.</param>
    public static bool Contains(GeneralName subtree, GeneralName name, bool isExclusion) => name.Form switch
    {
        GeneralNameForm.DirectoryName => name.Directory!.IsWithin(subtree.Directory!),
        GeneralNameForm.DnsName => IsInDomain(subtree.Text, name.Text, isExclusion),
        GeneralNameForm.Rfc822Name => IsMailbox(subtree.Text, name.Text, isExclusion),
        GeneralNameForm.Uri => IsUri(subtree.Text, name.Text, isExclusion),
        GeneralNameForm.IpAddress => IsInNetwork(subtree.Bytes.Span, name.Bytes.Span, isExclusion),
        _ => isExclusion,
    };

    // Labels may be added to the left. A wildcard can stand for a host that is excluded.
    private static bool IsInDomain(string domain, string name, bool isExclusion)
    {
        if (domain.Length == 0) return true;
        name = name.TrimEnd('.');
        if (isExclusion && name.StartsWith("*.", StringComparison.Ordinal) && IsUnder(domain.TrimStart('.'), name[1..])) return true;
        return domain[0] == '.' ? IsUnder(name, domain) : Same(name, domain) || IsUnder(name, "." + domain);
    }

    // "host" is that host, ".domain" the hosts in it, "who@host" one mailbox.
    private static bool IsMailbox(string constraint, string address, bool isExclusion)
    {
        var at = address.LastIndexOf('@');
        if (at <= 0 || at == address.Length - 1) return isExclusion;
        var host = address[(at + 1)..];
        var split = constraint.LastIndexOf('@');
        if (split >= 0)
            return string.Equals(constraint[..split], address[..at], StringComparison.Ordinal) && Same(constraint[(split + 1)..], host);
        return IsHost(constraint, host);
    }

    // A URI without a host name, or with an address in its place, cannot be shown to be inside (§4.2.1.10).
    private static bool IsUri(string constraint, string uri, bool isExclusion)
    {
        var start = uri.IndexOf("://", StringComparison.Ordinal);
        if (start <= 0) return isExclusion;
        var authority = uri[(start + 3)..];
        var end = authority.AsSpan().IndexOfAny('/', '?', '#');
        if (end >= 0) authority = authority[..end];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        if (authority.StartsWith('[')) return isExclusion;
        var colon = authority.IndexOf(':', StringComparison.Ordinal);
        var host = (colon >= 0 ? authority[..colon] : authority).TrimEnd('.');
        if (host.Length == 0 || System.Net.IPAddress.TryParse(host, out _)) return isExclusion;
        return IsHost(constraint, host);
    }

    private static bool IsHost(string constraint, string host) =>
        constraint.Length == 0 || (constraint[0] == '.' ? IsUnder(host, constraint) : Same(host, constraint));

    private static bool IsInNetwork(ReadOnlySpan<byte> network, ReadOnlySpan<byte> address, bool isExclusion)
    {
        if (network.Length is not (8 or 32) || address.Length is not (4 or 16)) return isExclusion;
        if (network.Length != 2 * address.Length) return false;
        for (var i = 0; i < address.Length; i++)
            if (((network[i] ^ address[i]) & network[address.Length + i]) != 0) return false;
        return true;
    }

    private static bool IsUnder(string name, string domain) =>
        name.Length > domain.Length && name.EndsWith(domain, StringComparison.OrdinalIgnoreCase);

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
