using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Options;
using Preservation.Core.Digests;
using Preservation.Evidence.TimeStamps;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.TimeStamping;

/// <summary>Which time-stamping authorities are believed.</summary>
public sealed class TimeStampTrust(IOptions<PreservationOptions> options)
{
    private readonly string _anchors = options.Value.TimeStamps.Anchors;
    private readonly string _crls = options.Value.Trust.Crls;

    /// <summary>Verifies imprint, signature, certificate and path of a token against the configured anchors.</summary>
    /// <exception cref="TimeStampRefusedException">It cannot be believed: it is not used, and the authority is asked again later.</exception>
    public async Task ThrowUnlessProvenAsync(TimeStampToken token, Digest imprint, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        var crls = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        if (_crls.Length > 0)
            foreach (var file in Directory.EnumerateFiles(_crls, "*.crl").Order(StringComparer.Ordinal)) crls.Add(await File.ReadAllBytesAsync(file, cancellationToken));
        var policy = new VerificationPolicy { TrustAnchors = _anchors.Length == 0 ? TrustAnchors.None : TrustAnchors.Load([_anchors]), Crls = crls.ToImmutable() };
        // A token may be made in the second that is not over here: genTime is allowed to lead by its own accuracy, a second at least.
        var report = token.Verify(imprint, policy, now + (token.Accuracy ?? TimeSpan.Zero) + TimeSpan.FromSeconds(1), "token");
        if (report.Cryptographic != VerificationOutcome.Intact || report.Indication != Indication.TotalPassed)
            throw new TimeStampRefusedException($"the token is {report.Cryptographic}, {report.Indication} {report.SubIndication}");
    }

    /// <summary>The certificates above the authority, PEM: those in the token and the configured anchors.</summary>
    public async Task<string> ChainPemAsync(TimeStampToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        var certificates = token.Certificates.ToList();
        if (_anchors.Length > 0)
            foreach (var file in Directory.EnumerateFiles(_anchors).Order(StringComparer.Ordinal))
                certificates.AddRange(TrustAnchors.Decode(await File.ReadAllBytesAsync(file, cancellationToken), file));
        var pem = new StringBuilder();
        foreach (var certificate in certificates.DistinctBy(c => Convert.ToHexString(DigestAlgorithm.Sha256.Compute(c.Span).Bytes.AsSpan())))
            pem.Append(System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", certificate.Span)).Append('\n');
        return pem.ToString();
    }
}
