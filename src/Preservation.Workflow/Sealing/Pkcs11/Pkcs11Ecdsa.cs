using System.Security.Cryptography;

namespace Preservation.Workflow.Sealing.Pkcs11;

/// <summary>ECDSA with the private key in a token: CKM_ECDSA over a digest; the signature is r and s, each as long as the curve's order (PKCS #11 v2.40 §2.3.1).</summary>
internal sealed class Pkcs11Ecdsa : ECDsa
{
    private const nuint Ecdsa = 0x1041;
    private readonly Pkcs11Token _token;
    private readonly ECParameters _public;

    public Pkcs11Ecdsa(Pkcs11Token token, ECDsa publicKey)
    {
        _token = token;
        _public = publicKey.ExportParameters(includePrivateParameters: false);
        KeySizeValue = publicKey.KeySize;
        LegalKeySizesValue = [new KeySizes(KeySizeValue, KeySizeValue, 0)];
    }

    /// <inheritdoc/>
    public override byte[] SignHash(byte[] hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        var order = (KeySize + 7) / 8;
        return _token.Sign(Ecdsa, hash.Length > order ? hash[..order] : hash, 2 * order);
    }

    /// <inheritdoc/>
    public override bool VerifyHash(byte[] hash, byte[] signature)
    {
        using var verifying = Create(_public);
        return verifying.VerifyHash(hash, signature);
    }

    /// <inheritdoc/>
    public override ECParameters ExportParameters(bool includePrivateParameters) =>
        includePrivateParameters ? throw new CryptographicException("the private key does not leave its token") : _public;
}
