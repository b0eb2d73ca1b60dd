using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Changes;

namespace Preservation.Server.Api.Changes;

/// <summary>Receivers of an agency, and what they answered.</summary>
internal static class WebhookEndpoints
{
    internal static readonly Role[] Keepers = [Role.Producer, Role.Administrator];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/webhooks", ListAsync).Produces<Page<WebhookView>>().For(Keepers);
        routes.MapPost("/webhooks", CreateAsync).Produces<SecretView>(StatusCodes.Status201Created).For(Keepers);
        routes.MapGet("/webhooks/{id:guid}/deliveries", DeliveriesAsync).Produces<Page<DeliveryView>>().For(Keepers);
        routes.MapPost("/webhooks/{id:guid}/replay", ReplayAsync).For(Keepers);
        routes.MapPost("/webhooks/{id:guid}/secret", RenewSecretAsync).Produces<SecretView>().For(Keepers);
        routes.MapPost("/webhooks/{id:guid}/end", EndAsync).For(Keepers);
    }

    private static async Task<IResult> ListAsync(CallerAccess access, Guid? after, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var size = Page<WebhookView>.Size(limit);
        var rows = await session.Rows.Webhooks.Where(w => after == null || w.Id > after).OrderBy(w => w.Id).Take(size + 1)
            .Select(w => new WebhookView(w.Id, w.AgencyId, w.Url, w.Types, w.State, w.Sequence, w.CreatedAt, w.EndedAt, w.Failures, w.FailingSince, w.NextTryAt)).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<WebhookView>.Of(rows, size, w => w.Id.ToString()));
    }

    private static async Task<IResult> CreateAsync(WebhookRequest request, CallerAccess access, Webhooks webhooks, WebhookSecrets secrets, WebhookConnection connection, CancellationToken cancellationToken)
    {
        if (Wrong(connection, request.Url, request.Types) is var (field, need)) return Problems.Invalid(field, need);
        if (!secrets.IsConfigured) return Problems.Conflict("notConfigured", "The service has no key for receivers.");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Covers(request.AgencyId) || !await session.Rows.Agencies.AnyAsync(a => a.Id == request.AgencyId, cancellationToken)) return Problems.Invalid("agencyId", "no such agency of yours");
        if (await webhooks.CreateAsync(session, access.Caller.PrincipalId, request.AgencyId, request.Url, InOrder(request.Types), cancellationToken) is not { } made)
            return Problems.Conflict("tooMany", "The agency has as many receivers as it may: end one.");
        return await access.CommitAsync(session, digest, StatusCodes.Status201Created, "/api/v1/webhooks", new SecretView(made.Webhook.Id, null), cancellationToken, told: new SecretView(made.Webhook.Id, made.Secret));
    }

    /// <summary>The field that cannot be used, and what it should be; null when both can.</summary>
    internal static (string Field, string Need)? Wrong(WebhookConnection connection, string url, string[]? types) =>
        !connection.IsAllowed(url) ? ("url", "an https address of at most 2,000 characters, without user name and fragment")
        : types?.All(ChangeTypes.All.Contains) == false ? ("types", string.Join(", ", ChangeTypes.All)) : null;

    internal static string[] InOrder(string[]? types) => [.. (types ?? []).Distinct().Order(StringComparer.Ordinal)];

    private static async Task<IResult> DeliveriesAsync(Guid id, CallerAccess access, Guid? before, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!await session.Rows.Webhooks.AnyAsync(w => w.Id == id, cancellationToken)) return Problems.NotFound();
        var size = Page<DeliveryView>.Size(limit);
        var rows = await session.Rows.WebhookDeliveries.Where(d => d.WebhookId == id && (before == null || d.Id < before)).OrderByDescending(d => d.Id).Take(size + 1)
            .Select(d => new DeliveryView(d.Id, d.FirstSequence, d.LastSequence, d.Changes, d.Attempt, d.StartedAt, d.EndedAt, d.Status, d.Problem)).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<DeliveryView>.Of(rows, size, d => d.Id.ToString()));
    }

    private static async Task<IResult> ReplayAsync(Guid id, ReplayRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (request.After < -1) return Problems.Invalid("after", "a place in the log, or -1 for its beginning");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        return Refusal(await Webhooks.ReplayAsync(session, access.Caller.PrincipalId, id, request.After, cancellationToken))
            ?? await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { id }, cancellationToken);
    }

    private static async Task<IResult> RenewSecretAsync(Guid id, CallerAccess access, Webhooks webhooks, WebhookSecrets secrets, CancellationToken cancellationToken)
    {
        if (!secrets.IsConfigured) return Problems.Conflict("notConfigured", "The service has no key for receivers.");
        var digest = access.DigestOf("");
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        var (outcome, secret) = await webhooks.RenewSecretAsync(session, access.Caller.PrincipalId, id, cancellationToken);
        if (Refusal(outcome) is { } refusal) return refusal;
        return await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new SecretView(id, null), cancellationToken, told: new SecretView(id, secret));
    }

    private static async Task<IResult> EndAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf("");
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        return Refusal(await Webhooks.EndAsync(session, access.Caller.PrincipalId, id, cancellationToken)) ?? await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { id }, cancellationToken);
    }

    private static ProblemHttpResult? Refusal(WebhookOutcome outcome) => outcome switch
    {
        WebhookOutcome.Done => null,
        WebhookOutcome.NotFound => Problems.NotFound(),
        WebhookOutcome.Ended => Problems.Conflict("ended", "The receiver was ended."),
        _ => Problems.Conflict("aheadOfLog", "The log ends before this place."),
    };

    private sealed record WebhookRequest(Guid AgencyId, string Url, string[]? Types = null);

    private sealed record ReplayRequest(long? After = null);

    private sealed record SecretView(Guid Id, string? Secret);

    private sealed record WebhookView(
        Guid Id, Guid AgencyId, string Url, string[] Types, WebhookState State, long Sequence, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, int Failures, DateTimeOffset? FailingSince, DateTimeOffset? NextTryAt);

    private sealed record DeliveryView(Guid Id, long FirstSequence, long LastSequence, int Changes, int Attempt, DateTimeOffset StartedAt, DateTimeOffset EndedAt, int? Status, string? Problem);
}
