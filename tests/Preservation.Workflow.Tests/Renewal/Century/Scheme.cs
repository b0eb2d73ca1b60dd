using System.Security.Cryptography;

namespace Preservation.Workflow.Tests.Renewal.Century;

/// <summary>How an authority signs.</summary>
internal sealed record Scheme(int RsaBits, RSASignaturePadding? Padding, ECCurve Curve, HashAlgorithmName Hash)
{
    public static Scheme Rsa2048 { get; } = new(2048, RSASignaturePadding.Pkcs1, default, HashAlgorithmName.SHA256);

    public static Scheme P256 { get; } = new(0, null, ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256);

    public static Scheme P384 { get; } = new(0, null, ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA256);

    public static Scheme Pss3072 { get; } = new(3072, RSASignaturePadding.Pss, default, HashAlgorithmName.SHA256);

    public Scheme With(HashAlgorithmName hash) => this with { Hash = hash };
}
