namespace Preservation.Signatures.Algorithms;

internal enum SchemeFamily
{
    Unknown,
    RsaPkcs1,
    RsaPss,
    Ecdsa,

    /// <summary>ECDSA whose value is r‖s without ASN.1 (BSI TR-03111).</summary>
    EcdsaPlain,

    Dsa,
}
