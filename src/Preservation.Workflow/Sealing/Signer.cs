using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Sealing;

/// <summary>
/// The service's seal: a detached CMS signature (RFC 5652) that <c>preserve verify</c> and <c>openssl cms -verify</c> both check. Of several keys the one that
/// began last seals; keys that ended or are still to come are published with the others.
/// </summary>
public sealed class Signer : IDisposable
{
    private readonly ImmutableArray<SealingKey> _keys;
    private readonly TimeProvider _clock;

    /// <summary>
    /// Loads keys and certificates. Further certificates in a file are its issuers: they go into every seal, so that a stranger needs the root alone.
    /// </summary>
    /// <exception cref="CryptographicException">They cannot be read or do not belong together.</exception>
    /// <exception cref="Pkcs11.Pkcs11Exception">The library of a token cannot be loaded.</exception>
    public Signer(IOptions<PreservationOptions> options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        _clock = clock;
        _keys = [.. options.Value.Seal.InOrder.Select(k => new SealingKey(k)).OrderByDescending(k => k.From)];
        if (_keys.IsEmpty) throw new CryptographicException("no key to seal with is configured");
    }

    /// <summary>The certificate that verifies seals of now.</summary>
    public X509Certificate2 Certificate => Current([]).Certificate;

    /// <summary>The keys, the one that began last first.</summary>
    internal ImmutableArray<SealingKey> Keys => _keys;

    /// <summary>SHA-256 of the public key of now (SubjectPublicKeyInfo) in hexadecimal: what receipts name it by.</summary>
    public string KeyId => Current([]).Id;

    /// <summary>Seals content with the key of now; the result is a DER SignedData without the content.</summary>
    public byte[] Seal(byte[] content) => Current([]).Seal(content, _clock.GetUtcNow());

    /// <summary>The key of now that is not among the revoked ones.</summary>
    /// <exception cref="CryptographicException">There is none: a new one must be configured.</exception>
    internal SealingKey Current(IReadOnlyCollection<string> revoked)
    {
        var now = _clock.GetUtcNow();
        if (_keys is [var only] && !revoked.Contains(only.Id)) return only; // nothing to change to: its certificate's end shows where seals are verified
        return _keys.FirstOrDefault(k => k.From <= now && now < k.Until && !revoked.Contains(k.Id))
            ?? throw new CryptographicException("no key seals now: each has ended, is still to come or was revoked; configure a new one");
    }

    /// <summary>Makes sure that the key of now can be reached and is its certificate's.</summary>
    /// <exception cref="CryptographicException">It is another key, or there is none.</exception>
    /// <exception cref="Pkcs11.Pkcs11Exception">The token refuses or is not there.</exception>
    internal void Prove(IReadOnlyCollection<string> revoked) => Current(revoked).Prove(_clock.GetUtcNow());

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _keys) key.Dispose();
    }
}
