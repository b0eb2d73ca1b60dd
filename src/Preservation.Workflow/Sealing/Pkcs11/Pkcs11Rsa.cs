using System.Security.Cryptography;

namespace Preservation.Workflow.Sealing.Pkcs11;

/// <summary>RSA with the private key in a token: CKM_RSA_PKCS over a DigestInfo (RFC 8017 §9.2).</summary>
internal sealed class Pkcs11Rsa : RSA
{
    private const nuint RsaPkcs = 1;
    private readonly Pkcs11Token _token;
    private readonly RSAParameters _public;

    public Pkcs11Rsa(Pkcs11Token token, RSAParameters publicKey)
    {
        _token = token;
        _public = publicKey;
        KeySizeValue = publicKey.Modulus!.Length * 8;
        LegalKeySizesValue = [new KeySizes(KeySizeValue, KeySizeValue, 0)];
    }

    /// <inheritdoc/>
    public override byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)
    {
        ArgumentNullException.ThrowIfNull(hash);
        if (padding != RSASignaturePadding.Pkcs1) throw new CryptographicException("the token signs by PKCS #1 v1.5 alone");
        return _token.Sign(RsaPkcs, [.. Prefix(hashAlgorithm), .. hash], KeySize / 8);
    }

    /// <inheritdoc/>
    public override RSAParameters ExportParameters(bool includePrivateParameters) =>
        includePrivateParameters ? throw new CryptographicException("the private key does not leave its token") : _public;

    /// <inheritdoc/>
    public override void ImportParameters(RSAParameters parameters) => throw new CryptographicException("the key is its token's");

    private static byte[] Prefix(HashAlgorithmName algorithm) => algorithm.Name switch
    {
        "SHA256" => Convert.FromHexString("3031300d060960864801650304020105000420"),
        "SHA384" => Convert.FromHexString("3041300d060960864801650304020205000430"),
        "SHA512" => Convert.FromHexString("3051300d060960864801650304020305000440"),
        _ => throw new CryptographicException($"{algorithm.Name} is not used for seals"),
    };
}
