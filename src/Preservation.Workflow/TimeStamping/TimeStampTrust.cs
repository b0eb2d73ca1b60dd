using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.TimeStamps;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Options;
using Material = Preservation.Signatures.Path.ValidationMaterial;

namespace Preservation.Workflow.TimeStamping;

/// <summary>Which tokens are believed: imprint, nonce, policy, accuracy, clock, signature, certificate and path of every one are checked before it counts.</summary>
public sealed class TimeStampTrust(SignatureCollection collection, IOptions<PreservationOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly PreservationOptions _all = options.Value;
    private readonly TimeStampOptions _options = options.Value.TimeStamps;

    /// <summary>Judges an answer against its request and the authority's anchors; what the chain lacks is fetched where the operator allows it.</summary>
    /// <param name="response">The answer as it came.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="authority">Who was asked.</param>
    /// <param name="askedAt">When the request went out first.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<TokenVerdict> JudgeAsync(
        ReadOnlyMemory<byte> response, TimeStampRequest request, TimeStampAuthorityOptions authority, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(authority);
        if (!TimeStampResponse.TryDecode(response, out var decoded) || decoded.Token is not { } token) return TokenVerdict.Refused("the answer holds no token");
        try
        {
            TimeStampClient.Match(request, token);
        }
        catch (TimeStampRefusedException e)
        {
            return TokenVerdict.Refused(e.Message);
        }
        if (Unfit(token, authority, askedAt) is { } problem) return TokenVerdict.Refused(problem);
        return await JudgePathAsync(token, request.Imprint, authority, cancellationToken);
    }

    /// <summary>How the authority of a token stands now, by the anchors of all authorities, the operator's lists, and what was had besides.</summary>
    internal async Task<AuthorityStatus> StatusAsync(TimeStampToken token, IReadOnlyCollection<ReadOnlyMemory<byte>> known, CancellationToken cancellationToken)
    {
        var material = known.SelectMany(k => Material.ReadAll(k)).ToList();
        var folders = _options.InOrder.Select(a => a.Anchors).Append(_options.Anchors).Where(f => f.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        var policy = new VerificationPolicy
        {
            TrustAnchors = folders.Length == 0 ? TrustAnchors.None : TrustAnchors.Load(folders), Crls = [.. await CrlsAsync(cancellationToken), .. Of("CRL")], OcspResponses = [.. Of("OCSP")], Intermediates = [.. Of("CERTIFICATE")],
        };
        var now = clock.GetUtcNow();
        return AuthorityStatus.Of(token, policy, token.Time > now ? token.Time + Second : now);

        IEnumerable<ReadOnlyMemory<byte>> Of(string kind) => material.Where(m => m.Kind == kind).Select(m => m.Encoded);
    }

    /// <summary>The certificates above the authority, PEM: those in the token and the configured anchors.</summary>
    public async Task<string> ChainPemAsync(TimeStampToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        var certificates = token.Certificates.ToList();
        foreach (var folder in _options.InOrder.Select(a => a.Anchors).Append(_options.Anchors).Where(f => f.Length > 0).Distinct(StringComparer.Ordinal))
            foreach (var file in Directory.EnumerateFiles(folder).Where(IsCertificate).Order(StringComparer.Ordinal))
                certificates.AddRange(TrustAnchors.Decode(await File.ReadAllBytesAsync(file, cancellationToken), file));
        var pem = new StringBuilder();
        foreach (var certificate in certificates.DistinctBy(c => Convert.ToHexString(DigestAlgorithm.Sha256.Compute(c.Span).Bytes.AsSpan())))
            pem.Append(System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", certificate.Span)).Append('\n');
        return pem.ToString();
    }

    private static bool IsCertificate(string path) => Path.GetExtension(path).ToLowerInvariant() is ".pem" or ".crt" or ".cer" or ".der";

    private string? Unfit(TimeStampToken token, TimeStampAuthorityOptions authority, DateTimeOffset askedAt)
    {
        if (authority.PolicyOids.Count > 0 && !authority.PolicyOids.Contains(token.Policy)) return $"the token is under policy {token.Policy}, which is not accepted from {authority.Name}";
        if (_all.Production && token.Policy == DevelopmentTimeStampAuthority.PolicyOid) return "the token is a development authority's, which production refuses";
        if (token.Accuracy > _options.MaxAccuracy) return string.Create(CultureInfo.InvariantCulture, $"the token is accurate to {token.Accuracy} only");
        // The stated time is cut to seconds by most authorities, and may be off by its own accuracy.
        var slack = _options.MaxClockSkew + (token.Accuracy ?? TimeSpan.Zero) + Second;
        if (token.Time < askedAt - slack) return string.Create(CultureInfo.InvariantCulture, $"the token states {token.Time.UtcDateTime:O}, before it was asked for ({askedAt.UtcDateTime:O})");
        return token.Time > clock.GetUtcNow() + slack ? string.Create(CultureInfo.InvariantCulture, $"the token states {token.Time.UtcDateTime:O}, which is to come") : null;
    }

    private async Task<TokenVerdict> JudgePathAsync(TimeStampToken token, Digest imprint, TimeStampAuthorityOptions authority, CancellationToken cancellationToken)
    {
        var anchors = authority.Anchors.Length > 0 ? authority.Anchors : _options.Anchors;
        var policy = new VerificationPolicy
        {
            TrustAnchors = anchors.Length == 0 ? TrustAnchors.None : TrustAnchors.Load([anchors]), Crls = await CrlsAsync(cancellationToken), Digests = [imprint],
        };
        var file = new SignedFile("token.tst", token.Encoded.Length, _ => Task.FromResult<Stream>(new MemoryStream(token.Encoded.ToArray(), writable: false)));
        var reading = await SignatureVerification.ReadAsync(file, [], policy, cancellationToken);
        // A token may be made in the second that is not over here: genTime is allowed to lead by skew and accuracy.
        var now = clock.GetUtcNow();
        if (token.Time > now) now = token.Time + Second;
        var report = await collection.ValidateAsync(reading, policy, now, clock.GetUtcNow() + _all.Collection.Budget, cancellationToken);
        var stamp = report.Timestamps is [var one] ? one : throw new InvalidOperationException("a token is one time-stamp");
        var words = $"the token is {stamp.Cryptographic}, {stamp.Indication} {stamp.SubIndication}".TrimEnd();
        if (stamp.Cryptographic != VerificationOutcome.Intact) return TokenVerdict.Refused(words);
        if (stamp.Indication == Indication.TotalPassed) return new TokenVerdict(TokenState.Proven, null, Without(report.Used, policy.TrustAnchors));
        // Lacking is another thing than wrong: what may still be had is waited for.
        var isLacking = stamp.Indication == Indication.Indeterminate && (stamp.SubIndication == SubIndication.TryLater || !report.Wanted.IsEmpty);
        return isLacking ? new TokenVerdict(TokenState.Answered, words, []) : TokenVerdict.Refused(words);
    }

    private async Task<ImmutableArray<ReadOnlyMemory<byte>>> CrlsAsync(CancellationToken cancellationToken)
    {
        var crls = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        if (_all.Trust.Crls.Length > 0)
            foreach (var file in Directory.EnumerateFiles(_all.Trust.Crls, "*.crl").Order(StringComparer.Ordinal)) crls.Add(await File.ReadAllBytesAsync(file, cancellationToken));
        return crls.ToImmutable();
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Without(ImmutableArray<ReadOnlyMemory<byte>> used, TrustAnchors anchors) =>
        [.. used.Where(u => !anchors.Encoded.Any(a => a.Span.SequenceEqual(u.Span)))];
}
