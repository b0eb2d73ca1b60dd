using System.Collections.Immutable;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Path;

/// <summary>Certificate path validation by itself (RFC 5280 §6), whatever the certificate was used for.</summary>
public static class CertificatePath
{
    /// <summary>Judges a certificate, all of its path at one time (shell model).</summary>
    /// <param name="endEntity">The certificate, DER or PEM; of several in a PEM the first.</param>
    /// <param name="request">Anchors, certificates, lists and policy inputs.</param>
    /// <param name="at">The time; nothing made later is used.</param>
    /// <exception cref="InvalidDataException">The certificate, or anything in the request, cannot be read.</exception>
    public static PathReport Validate(ReadOnlyMemory<byte> endEntity, PathRequest request, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Decode(endEntity).FirstOrDefault() is not { } target) throw new InvalidDataException("the end entity is no X.509 certificate");
        var material = new PathMaterial(
            request.TrustAnchors, [.. request.Intermediates.SelectMany(Decode)], [.. request.Crls.SelectMany(DecodeLists)], request.Limits, [])
        {
            OcspResponses = [.. request.OcspResponses.SelectMany(DecodeResponses)],
        };
        var options = new PathOptions
        {
            InitialPolicies = [.. request.Policies],
            ExplicitPolicy = request.ExplicitPolicy || !request.Policies.IsEmpty,
            InhibitAnyPolicy = request.InhibitAnyPolicy,
            InhibitPolicyMapping = request.InhibitPolicyMapping,
        };
        return Report(new PathValidation(material, "", options).Validate(target, PathPurpose.Any, at, at));
    }

    private static PathReport Report(PathVerdict verdict)
    {
        var outcome = verdict.Indication == Indication.TotalPassed ? PathOutcome.PathValid
            : verdict.Faults.Any(f => f.Kind == PathFaultKind.Unsupported) && verdict.Faults.All(IsOpen) ? PathOutcome.Indeterminate
            : PathOutcome.PathInvalid;
        var reasons = verdict.Faults.Select(Text).Distinct();
        return new PathReport(outcome, outcome == PathOutcome.PathValid ? "" : string.Join("; ", reasons), [.. verdict.Path.Select(c => c.Report)]) { Anchor = AnchorReport.Of(verdict.Anchor) };
    }

    // What is missing because of an algorithm that is not supported refutes nothing.
    private static bool IsOpen(PathFault fault) => fault.Kind is PathFaultKind.Unsupported or PathFaultKind.NoPath or PathFaultKind.NoRevocationData;

    private static string Text(PathFault fault) => fault.Kind switch
    {
        PathFaultKind.NoRevocationData => $"{fault.Text}: no usable revocation list or OCSP response ({fault.Clause})",
        PathFaultKind.Revoked => $"{fault.Text}: revoked ({fault.Clause})",
        PathFaultKind.Validity => $"{fault.Text}: not valid at {fault.At} ({fault.Clause})",
        PathFaultKind.AnchorEnded or PathFaultKind.AnchorNotBelieved => $"{fault.Text}: not believed at {fault.At} ({fault.Clause})",
        PathFaultKind.Unsupported => $"{fault.Text}: the algorithm is not supported ({fault.Clause})",
        _ => $"{fault.Text} ({fault.Clause})",
    };

    private static IEnumerable<Certificate> Decode(ReadOnlyMemory<byte> bytes)
    {
        foreach (var encoded in TrustAnchors.Decode(bytes, "a file of certificates"))
            yield return Certificate.TryDecode(encoded, out var certificate)
                ? certificate : throw new InvalidDataException("a certificate cannot be read");
    }

    private static IEnumerable<CertificateRevocationList> DecodeLists(ReadOnlyMemory<byte> bytes)
    {
        foreach (var encoded in NotEmpty(Pem.Decode(bytes, "X509 CRL"), "revocation list"))
            yield return CertificateRevocationList.TryDecode(encoded, out var list)
                ? list : throw new InvalidDataException("a revocation list cannot be read");
    }

    private static IEnumerable<OcspResponse> DecodeResponses(ReadOnlyMemory<byte> bytes)
    {
        foreach (var encoded in NotEmpty(Pem.Decode(bytes, "OCSP RESPONSE"), "OCSP response"))
            yield return OcspResponse.TryDecode(encoded, out var response)
                ? response : throw new InvalidDataException("an OCSP response cannot be read");
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> NotEmpty(ImmutableArray<ReadOnlyMemory<byte>> found, string what) =>
        found.IsEmpty ? throw new InvalidDataException($"a file holds no {what}") : found;
}
