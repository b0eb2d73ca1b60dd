using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Evidence;
using Preservation.Evidence.Export;
using Preservation.Evidence.Records;
using Preservation.Evidence.Xml;
using Preservation.Server.Api.Packages;
using Preservation.Workflow.Access;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Server.Api.Ts119512;

/// <summary>
/// RetrievePO (§5.3.4) with the four subjects of §5.4.9: the package as a bag, its files' evidence records, both apart, or both in one evidence zip. Whoever may
/// not read files is given evidence alone.
/// </summary>
internal static class RetrievePo
{
    private const string Object = "PO", Evidence = "Evidence", Embedded = "POwithEmbeddedEvidence", Detached = "POwithDetachedEvidence", All = "all";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/RetrievePO", HandleAsync).As<RouteHandlerBuilder, RetrieveRequest, RetrieveResponse>("RetrievePO").For(ReadPackages.Readers);

    /// <summary><c>v1</c>, or null for the newest; false for anything else.</summary>
    internal static bool TryVersion(string? text, out int? version)
    {
        version = null;
        if (text is null) return true;
        if (text is not ['v', ..] || !int.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1) return false;
        version = number;
        return true;
    }

    private static async Task<IResult> HandleAsync(HttpRequest http, CallerAccess access, PackageBag bags, EvidenceExport evidence, EvidenceRecords records, CancellationToken cancellationToken)
    {
        var (request, refusal) = await Messages.ReadAsync<RetrieveRequest>(http.Body, cancellationToken);
        if (request is null) return Messages.Refuse(null, refusal!);
        var subject = request.Sor ?? Embedded;
        if (Unfit(request, subject) is { } unfit) return Messages.Refuse(request.ReqId, unfit);
        await using var session = subject == Evidence ? await access.BeginAsync(cancellationToken) : await access.TryBeginAsync(GetPackageFile.ContentReaders, cancellationToken);
        if (session is null) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.NoPermission, "You may retrieve evidence, and no objects."));
        var (package, submission) = await PreservationIdentifier.FindAsync(session, request.PoId, cancellationToken);
        if (package is null) return Messages.Refuse(request.ReqId, PreservationIdentifier.Waiting(submission));
        var versions = await session.Rows.PackageVersions.AsNoTracking().Where(v => v.PackageId == package.Id).OrderBy(v => v.Version).ToListAsync(cancellationToken);
        if (Chosen(versions, request.VersionId, package.HeadVersion) is not { } chosen) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.UnknownVersionId, $"v1 to v{package.HeadVersion}, or all"));
        var (parts, entries) = subject == Embedded ? await GetEvidence.ProvenanceAsync(session, package, cancellationToken) : ([], []);
        session.Audit(access.Caller.PrincipalId, package.ProducerId, subject == Evidence ? "evidence.read" : "package.retrieved", "package", package.Id.ToString(), new { subject, versions = chosen.Select(v => v.Version) });
        await session.CommitAsync(cancellationToken);
        var retrieval = new Retrieval(package, chosen, request.OptIn?.Path?.ToHashSet(StringComparer.Ordinal), request.EvFormat ?? Formats.EvidenceRecord);
        var objects = subject == Embedded ? retrieval.EmbeddedAsync(evidence, parts, entries, cancellationToken) : retrieval.ApartAsync(subject == Evidence ? null : bags, subject == Object ? null : records, cancellationToken);
        return new RetrievedObjects(request.ReqId, objects, retrieval.Conclude);
    }

    private static Result? Unfit(RetrieveRequest request, string subject)
    {
        if (subject is not (Object or Evidence or Embedded or Detached)) return Result.Refused(ResultCodes.ParameterError, $"sor: {Object}, {Evidence}, {Embedded} or {Detached}");
        if (request.PoFormat is { } format && format != (subject == Embedded ? Formats.EvidenceZip : Formats.BagIt))
            return Result.Refused(ResultCodes.UnknownPoFormat, $"poFormat: {Formats.EvidenceZip} with embedded evidence, {Formats.BagIt} otherwise");
        if (request.EvFormat is { } evidence && (!Formats.Evidence.Contains(evidence) || (subject == Embedded && evidence != Formats.EvidenceRecord)))
            return Result.Refused(ResultCodes.UnknownEvidenceFormat, $"evFormat: {Formats.EvidenceRecord}, or {Formats.XmlEvidenceRecord} for evidence apart");
        return request.OptIn?.Path is { } paths && (paths.Length == 0 || paths.Any(string.IsNullOrEmpty)) ? Result.Refused(ResultCodes.ParameterError, "optIn.path: one path at least, none of them empty") : null;
    }

    private static List<PackageVersion>? Chosen(List<PackageVersion> versions, string[]? asked, int head)
    {
        if (asked is null or []) return versions.FindAll(v => v.Version == head);
        if (asked.Contains(All)) return versions;
        var chosen = new List<PackageVersion>();
        foreach (var text in asked.Distinct())
        {
            if (!TryVersion(text, out var number) || versions.Find(v => v.Version == number) is not { } found) return null;
            chosen.Add(found);
        }
        return chosen;
    }

    /// <summary>What is given, and what could not be.</summary>
    private sealed class Retrieval(Package package, List<PackageVersion> versions, IReadOnlySet<string>? paths, string format)
    {
        private int _uncovered;
        private int _unconverted;

        public async IAsyncEnumerable<RetrievedObject> EmbeddedAsync(EvidenceExport evidence, EvidencePart[] parts, IReadOnlyCollection<long> entries, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var version in versions)
            {
                var zip = await evidence.MakeAsync(package, new EvidenceSelection(paths, WithContent: true) { Version = version.Version, AuditEntries = entries }, parts, cancellationToken);
                if (zip is null) _uncovered++;
                else yield return new RetrievedObject(new PreservationObject { FormatId = Formats.EvidenceZip, MimeType = Formats.Zip, PronomId = "x-fmt/263", Id = IdOf(version) }, _ => Task.FromResult(zip));
            }
        }

        public async IAsyncEnumerable<RetrievedObject> ApartAsync(PackageBag? bags, EvidenceRecords? records, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var version in versions)
            {
                if (bags is not null)
                    yield return new RetrievedObject(new PreservationObject { FormatId = Formats.BagIt, MimeType = Formats.Zip, PronomId = "x-fmt/263", Id = IdOf(version) }, token => bags.MakeAsync(package, version, token));
                if (records is null) continue;
                await foreach (var (file, record) in records.OfAsync(package, new EvidenceSelection(paths, WithContent: false) { Version = version.Version }, cancellationToken))
                {
                    if (record is null) _uncovered++;
                    else if (Converted(record) is not { } bytes) _unconverted++;
                    else
                        yield return RetrievedObject.Of(new PreservationObject
                        {
                            FormatId = format, MimeType = format == Formats.EvidenceRecord ? "application/octet-stream" : "application/xml", Id = $"{IdOf(version)}/{file.LogicalPath}.ers", RelObj = [file.LogicalPath],
                            PoId = PreservationIdentifier.Of(package.Id), VerId = VersionOf(version),
                        }, bytes);
                }
            }
        }

        /// <summary>What is said at the end.</summary>
        public Result Conclude(int given)
        {
            if (given == 0 && _uncovered > 0) return Result.Pending("No time-stamp covers it yet; the next batch will.");
            if (given == 0 && _unconverted > 0) return Result.Refused(ResultCodes.UnknownEvidenceFormat, "The records were renewed, and renewals are over their DER form: RFC 4998 alone.");
            if (given == 0) return Result.Refused(ResultCodes.ParameterError, "The package has none of these files.");
            return _uncovered + _unconverted == 0 ? Result.Success
                : Result.Partly(string.Create(CultureInfo.InvariantCulture, $"{_uncovered} are not covered by a time-stamp yet, {_unconverted} have a renewed record, which XML cannot hold."));
        }

        private ReadOnlyMemory<byte>? Converted(BuiltRecord record)
        {
            if (format == Formats.EvidenceRecord) return record.Encoded.AsMemory();
            var reading = EvidenceRecordReader.Read(record.Encoded.AsMemory(), EvidenceLimits.Default, "record.ers");
            return reading.Record is { } read && XmlRecordWriter.Convert(read, "record.ers").Record is { } xml ? xml.AsMemory() : null;
        }

        private string IdOf(PackageVersion version) => $"{PreservationIdentifier.Of(package.Id)}/{VersionOf(version)}";

        private static string VersionOf(PackageVersion version) => string.Create(CultureInfo.InvariantCulture, $"v{version.Version}");
    }

    private sealed record RetrieveRequest(
        string? ReqId = null, OptionalInputs? OptIn = null, string? PoId = null, string[]? VersionId = null, string? Sor = null, string? PoFormat = null, string? EvFormat = null);

    private sealed record RetrieveResponse(Result Result) : Response(Result)
    {
        public IReadOnlyList<PreservationObject> Po { get; init; } = [];
    }
}
