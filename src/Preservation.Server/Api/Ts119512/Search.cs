using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Preservation.Server.Api.Packages;

namespace Preservation.Server.Api.Ts119512;

/// <summary>Search (§5.3.9): exact look-up as <c>/documents</c> and <c>/packages</c> have it; the filter is <c>name=value</c>, joined by <c>&amp;</c>.</summary>
internal static class Search
{
    private static readonly string[] Names = ["number", "notation", "date", "issuer", "code", "alias"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/Search", HandleAsync).As<RouteHandlerBuilder, SearchRequest, SearchResponse>("Search").For(ReadPackages.Readers);

    private static async Task<IResult> HandleAsync(HttpRequest http, CallerAccess access, CancellationToken cancellationToken)
    {
        var (request, refusal) = await Messages.ReadAsync<SearchRequest>(http.Body, cancellationToken);
        if (request is null) return Messages.Refuse(null, refusal!);
        var filter = QueryHelpers.ParseQuery(request.Fi ?? "");
        var isDated = filter.TryGetValue("date", out var day);
        if (filter.Count == 0 || filter.Any(f => !Names.Contains(f.Key) || f.Value.Count != 1 || string.IsNullOrEmpty(f.Value)) || !(DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || !isDated))
            return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.ParameterError, $"fi: {string.Join(", ", Names)}, each once, as name=value, joined by &; a date as yyyy-MM-dd"));
        string? number = Value("number"), notation = Value("notation"), issuer = Value("issuer"), code = Value("code"), alias = Value("alias");
        await using var session = await access.BeginAsync(cancellationToken);
        var packages = session.Rows.Packages.AsNoTracking().Where(p => alias == null || session.Rows.PackageAliases.Any(a => a.PackageId == p.Id && a.Code == alias));
        if (filter.Keys.Any(k => k != "alias"))
            packages = packages.Where(p => session.Rows.Documents.Any(d => d.PackageId == p.Id && d.VersionUntil == null && (number == null || d.Number == number) && (notation == null || d.Notation == notation)
                && (issuer == null || d.Issuer == issuer) && (code == null || d.Code == code) && (!isDated || (d.IssuedFrom <= date && d.IssuedUntil >= date))));
        var found = await packages.OrderBy(p => p.Id).Select(p => p.Id).Take(Page<Guid>.MaxSize + 1).ToListAsync(cancellationToken);
        var result = found.Count <= Page<Guid>.MaxSize ? Result.Success : new Result(ResultCodes.Success, null, new ResultMessage($"There are more than {Page<Guid>.MaxSize}; these are the first."));
        return Messages.Answer(new SearchResponse(result) { ReqId = request.ReqId, PoId = [.. found.Take(Page<Guid>.MaxSize).Select(PreservationIdentifier.Of)] });

        string? Value(string name) => filter.TryGetValue(name, out var value) ? value.ToString() : null;
    }

    private sealed record SearchRequest(string? ReqId = null, OptionalInputs? OptIn = null, string? Fi = null);

    private sealed record SearchResponse(Result Result) : Response(Result)
    {
        public IReadOnlyList<string> PoId { get; init; } = [];
    }
}
