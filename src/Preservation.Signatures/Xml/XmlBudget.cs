using System.Globalization;
using Preservation.Core.Findings;

namespace Preservation.Signatures.Xml;

/// <summary>What the signatures of one file have cost so far, all together.</summary>
internal sealed class XmlBudget(SignatureLimits limits)
{
    private long _canonicalBytes;
    private long _steps;
    private long _references;

    public SignatureLimits Limits => limits;

    /// <exception cref="XmlLimitException">Too much.</exception>
    public void Canonical(long bytes)
    {
        _canonicalBytes += bytes;
        if (_canonicalBytes > limits.MaxCanonicalBytes) throw new XmlLimitException(nameof(SignatureLimits.MaxCanonicalBytes), limits.MaxCanonicalBytes);
    }

    /// <exception cref="XmlLimitException">Too much.</exception>
    public void Steps(long count)
    {
        _steps += count;
        if (_steps > limits.MaxXPathSteps) throw new XmlLimitException(nameof(SignatureLimits.MaxXPathSteps), limits.MaxXPathSteps);
    }

    /// <exception cref="XmlLimitException">Too much.</exception>
    public void Reference()
    {
        if (++_references > limits.MaxReferences) throw new XmlLimitException(nameof(SignatureLimits.MaxReferences), limits.MaxReferences);
    }
}

/// <summary>A file costs more than is allowed. Caught where its facts are made, never past that.</summary>
internal sealed class XmlLimitException(string limit, long allowed) : Exception($"{limit} {allowed}")
{
    public Finding ToFinding(string file) =>
        new(SignatureRules.Limit, file, string.Create(CultureInfo.InvariantCulture, $"{limit} {allowed}"), "more");
}
