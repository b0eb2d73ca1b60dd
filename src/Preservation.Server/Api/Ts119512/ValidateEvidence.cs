using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Core.Digests;
using Preservation.Evidence;
using Preservation.Server.Api.Packages;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Options;
using Preservation.Workflow.Verdicts;

namespace Preservation.Server.Api.Ts119512;

/// <summary>
/// ValidateEvidence (§5.3.8): an evidence record, anybody's, over the objects in the message, or over a file of a package here (<c>ev.poId</c>, with its path as
/// <c>ev.relObj</c>). The operation succeeds whatever the verdict is; the report says it.
/// </summary>
internal static class ValidateEvidence
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/ValidateEvidence", HandleAsync).As<RouteHandlerBuilder, ValidateRequest, ValidateResponse>("ValidateEvidence").For(ReadPackages.Readers);

    private static async Task<IResult> HandleAsync(HttpRequest http, CallerAccess access, CurrentTrust trust, IOptions<PreservationOptions> options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (request, refusal) = await Messages.ReadAsync<ValidateRequest>(http.Body, cancellationToken);
        if (request is null) return Messages.Refuse(null, refusal!);
        if (request.Ev?.BinaryData?.Value is not { Length: > 0 } record || request.Po?.Any(p => p?.BinaryData?.Value is null) == true)
            return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.ParameterError, "ev and every po: binaryData with a value"));
        if (request.Ev.FormatId is not { } format || !Formats.Evidence.Contains(format)) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.NotSupported, $"ev.formatId: {string.Join(", ", Formats.Evidence)}"));
        var policy = await PolicyAsync(trust, options.Value.TimeStamps, cancellationToken);
        if (request.Ev.PoId is not null)
        {
            var digests = await DigestsAsync(access, request.Ev, cancellationToken);
            if (digests is null) return Messages.Refuse(request.ReqId, Result.UnknownPoId);
            policy = policy with { Digests = [.. digests] };
        }
        var name = format == Formats.EvidenceRecord ? "evidence.ers" : "evidence.xml";
        var contents = (request.Po ?? []).Select((p, i) => Signed(p.Id ?? $"po-{i + 1}", p.BinaryData!.Value!)).ToList();
        var report = await EvidenceVerification.EvidenceAsync(Signed(name, record), contents, policy, clock.GetUtcNow(), cancellationToken);
        if (report is not { Evidence: [var evidence] }) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.ParameterError, "ev: this is no evidence record"));
        return Messages.Answer(new ValidateResponse(Result.Success)
        {
            ReqId = request.ReqId, Poe = evidence.Outcome == VerificationOutcome.ErValid ? evidence.CoveredFrom : null,
            ValRep = new PreservationObject { BinaryData = new BinaryContent(JsonSerializer.SerializeToUtf8Bytes(report, VerificationReport.JsonOptions), null, "application/json"), FormatId = Formats.Report, MimeType = "application/json" },
        });
    }

    // What signatures and what time-stamps of our own are believed by.
    private static async Task<VerificationPolicy> PolicyAsync(CurrentTrust trust, TimeStampOptions stamps, CancellationToken cancellationToken)
    {
        var policy = await trust.ReadAsync(cancellationToken);
        var folders = stamps.InOrder.Select(a => a.Anchors).Append(stamps.Anchors).Where(f => f.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        return folders.Count == 0 ? policy : policy with { TrustAnchors = TrustAnchors.FromCertificates(policy.TrustAnchors.Encoded.Concat(TrustAnchors.Load(folders).Encoded)) };
    }

    private static async Task<ImmutableArray<Digest>?> DigestsAsync(CallerAccess access, PreservationObject evidence, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var (package, _) = await PreservationIdentifier.FindAsync(session, evidence.PoId, cancellationToken);
        if (package is null || evidence.RelObj is not [var path] || !RetrievePo.TryVersion(evidence.VerId, out var version)) return null;
        var file = await session.Rows.Files.AsNoTracking().SingleOrDefaultAsync(f => f.PackageId == package.Id && f.LogicalPath == path
            && (version == null ? f.VersionUntil == null : f.VersionFrom <= version && (f.VersionUntil == null || f.VersionUntil > version)), cancellationToken);
        return file is null ? null : [new Digest(DigestAlgorithm.Sha256, [.. file.Sha256]), new Digest(DigestAlgorithm.Sha512, [.. file.Sha512])];
    }

    private static SignedFile Signed(string name, byte[] bytes) => new(name, bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)));

    private sealed record ValidateRequest(string? ReqId = null, OptionalInputs? OptIn = null, PreservationObject? Ev = null, PreservationObject[]? Po = null);

    private sealed record ValidateResponse(Result Result) : Response(Result)
    {
        public PreservationObject? ValRep { get; init; }

        public DateTimeOffset? Poe { get; init; }
    }
}
