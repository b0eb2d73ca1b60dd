using Preservation.Catalogue.Model;
using Preservation.Evidence.TimeStamps;
using Preservation.Workflow.TimeStamping;
using Material = Preservation.Signatures.Path.ValidationMaterial;

namespace Preservation.Workflow.Renewal;

/// <summary>
/// Tokens as the next tree covers them: with the lists and responses of that day, by which the authority stood until then. What is added before the
/// renewal hashes the token is proven by it.
/// </summary>
internal static class RenewedForms
{
    /// <summary>The token with what was found of its authority; lists that are too long for it stay beside it, in the library.</summary>
    public static byte[] Of(EvidenceToken token, IReadOnlyDictionary<string, AuthorityStatus> found)
    {
        if (token.RenewedForm is { } form) return form;
        if (token.Certificates is not [var signer, ..] || !found.TryGetValue(Convert.ToHexString(signer), out var status)) return token.Token!;
        var material = status.Material.Where(m => m.Length <= TokenAcquisition.MostEmbeddedBytes).SelectMany(m => Material.ReadAll(m)).ToList();
        return [.. TokenMaterial.Add(token.Token!, Of("CERTIFICATE"), Of("CRL"), Of("OCSP"))];

        IEnumerable<ReadOnlyMemory<byte>> Of(string kind) => material.Where(m => m.Kind == kind).Select(m => m.Encoded);
    }
}
