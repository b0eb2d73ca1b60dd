using Preservation.Server.Api.Packages;

namespace Preservation.Server.Api.Ts119512;

/// <summary>RetrieveInfo (§5.3.2): the one profile by which this service preserves (§5.4.7).</summary>
internal static class RetrieveInfo
{
    /// <summary>The profile's identifier.</summary>
    public const string Profile = "urn:preservation:profile:packages-with-evidence-records:1";

    private const string Etsi = "http://uri.etsi.org/19512/";
    private static readonly DateTimeOffset Since = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private static readonly ProfileView Active = new()
    {
        Pid = Profile,
        Op =
        [
            new("RetrieveInfo"), new("PreservePO") { InputFormat = Formats.Packages }, new("RetrievePO") { OutputFormat = [Formats.EvidenceZip, Formats.BagIt, .. Formats.Evidence] },
            new("DeletePO") { Description = new("Answered notSupported: disposal is a decision of the archive by the rules of its records, not of a client.") },
            new("UpdatePOC") { InputFormat = Formats.Packages }, new("RetrieveTrace"), new("ValidateEvidence") { InputFormat = Formats.Evidence, OutputFormat = [Formats.Report] },
            new("Search") { Description = new("Filter: number, notation, date (yyyy-MM-dd), issuer, code, alias, each name=value, percent-encoded, joined by &; all must hold exactly.") },
        ],
        Pol = [new(Etsi + "policy/preservation-evidence", "urn:preservation:policy:evidence-records"), new(Etsi + "policy/signature-validation", "urn:preservation:policy:signatures")],
        Pvp = new(Since, null), Psm = "WithStorage", Pg = [Etsi + "goal/pgd", Etsi + "goal/pds", Etsi + "goal/aug"], Ef = [.. Formats.Evidence.Select(f => new FormatView(f))],
        Spec = ["https://www.etsi.org/deliver/etsi_ts/119500_119599/119512/01.02.01_60/ts_119512v010201p.pdf", "urn:ietf:rfc:4998", "urn:ietf:rfc:6283"],
        Desc = [new("Packages are preserved on several stores; every file is covered by an evidence record, which is renewed in time."), new("Gói được bảo quản trên nhiều kho; mỗi tệp có bản ghi bằng chứng và được gia hạn đúng hạn.", "vi")],
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/RetrieveInfo", HandleAsync).As<RouteHandlerBuilder, RetrieveInfoRequest, InfoResponse>("RetrieveInfo").For(ReadPackages.Readers);

    private static async Task<IResult> HandleAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        var (request, refusal) = await Messages.ReadAsync<RetrieveInfoRequest>(http.Body, cancellationToken);
        if (request is null) return Messages.Refuse(null, refusal!);
        if (request.Stat is not (null or "active" or "inactive" or "all")) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.ParameterError, "stat: active, inactive or all"));
        var isAsked = request.Stat != "inactive" && (request.Pro is null || request.Pro == Profile);
        return Messages.Answer(new InfoResponse(Result.Success) { ReqId = request.ReqId, Pro = isAsked ? [Active] : [] });
    }

    private sealed record RetrieveInfoRequest(string? ReqId = null, OptionalInputs? OptIn = null, string? Pro = null, string? Stat = null);

    private sealed record InfoResponse(Result Result) : Response(Result)
    {
        public IReadOnlyList<ProfileView> Pro { get; init; } = [];
    }

    private sealed record ProfileView
    {
        public required string Pid { get; init; }
        public required IReadOnlyList<OperationView> Op { get; init; }
        public required IReadOnlyList<SupportedPolicyView> Pol { get; init; }
        public required PeriodView Pvp { get; init; }
        public required string Psm { get; init; }
        public required IReadOnlyList<string> Pg { get; init; }
        public required IReadOnlyList<FormatView> Ef { get; init; }
        public required IReadOnlyList<string> Spec { get; init; }
        public required IReadOnlyList<ResultMessage> Desc { get; init; }
    }

    private sealed record OperationView(string Name)
    {
        public IReadOnlyList<string>? InputFormat { get; init; }
        public IReadOnlyList<string>? OutputFormat { get; init; }
        public ResultMessage? Description { get; init; }
    }

    private sealed record SupportedPolicyView(string Type, string Id);

    private sealed record PeriodView(DateTimeOffset ValidFrom, DateTimeOffset? ValidUntil = null);

    private sealed record FormatView(string FormatId);
}
