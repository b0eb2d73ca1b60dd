using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Preservation.Testing;
using Preservation.Workflow.Tests.TimeStamping;

namespace Preservation.Workflow.Tests.Renewal.Century;

/// <summary>The life of one authority: a new certificate every six years, a new root every eighteen, and another scheme before the old one dies.</summary>
internal sealed class CenturyTsa(TestTsa tsa, ManualClock clock, string anchors, string lists) : IDisposable
{
    private readonly List<CenturyRoot> _roots = [];
    private DateTimeOffset _nextCertificate;
    private DateTimeOffset _nextRoot;
    private Scheme? _scheme;

    /// <summary>Certificates it signed with so far.</summary>
    public int Certificates { get; private set; }

    public int Roots => _roots.Count;

    public X509Certificate2 Current => tsa.Tokens.Certificate;

    /// <summary>Brings root, certificate and lists up to date.</summary>
    public async Task LiveAsync(Scheme scheme)
    {
        var now = clock.GetUtcNow();
        if (now >= _nextRoot || scheme != _scheme)
        {
            _roots.Add(new CenturyRoot($"{tsa.Name} root {_roots.Count + 1}", scheme, now.AddDays(-1), now.AddYears(38)));
            await File.WriteAllTextAsync(Path.Join(anchors, _roots[^1].Name + ".crt"), _roots[^1].Pem);
            (_nextRoot, _nextCertificate) = (now.AddYears(18), now);
        }
        _scheme = scheme;
        if (now >= _nextCertificate) Replace(scheme, now);
        foreach (var root in _roots.Where(r => r.NotAfter > now)) await File.WriteAllBytesAsync(Path.Join(lists, root.Name + ".crl"), root.List(now));
    }

    /// <summary>Its key is lost: the list says so, and it goes on with another.</summary>
    public async Task CompromiseAsync(DateTimeOffset since)
    {
        _roots[^1].Revoke(Current, since, X509RevocationReason.KeyCompromise);
        Replace(_scheme!, clock.GetUtcNow());
        await LiveAsync(_scheme!);
    }

    private void Replace(Scheme scheme, DateTimeOffset now)
    {
        tsa.Tokens = tsa.Tokens with
        {
            Certificate = _roots[^1].IssueTimeStamper($"{tsa.Name} {++Certificates}", scheme, now.AddDays(-1), now.AddYears(18)), Padding = scheme.Padding,
            Digest = scheme.Hash == HashAlgorithmName.SHA384 ? "sha384" : "sha256",
        };
        _nextCertificate = now.AddYears(6);
    }

    public void Dispose() => _roots.ForEach(r => r.Dispose());
}
