using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Preservation.Catalogue;
using Preservation.Workflow.Access;

namespace Preservation.Server.Api.People;

/// <summary>Carries out a change of rights, and says what came of it. Rights are the whole archive's: an administrator of one agency changes none.</summary>
internal static class RightsAnswers
{
    public static async Task<IResult> ChangeAsync(CallerAccess access, object request, int status, Func<CatalogueSession, Task<RightsOutcome>> change, CancellationToken cancellationToken)
    {
        var digest = request is "" ? access.DigestOf("") : access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var outcome = await change(session);
        if (outcome is not RightsOutcome.Done done) return Refusal(outcome);
        if (done.Key is null) return await access.CommitAsync(session, digest, status, null, new { done.Id }, cancellationToken);
        return await access.CommitAsync(session, digest, status, null, new { done.Id, key = (string?)null }, cancellationToken, told: new { done.Id, key = done.Key });
    }

    /// <summary>The refusal as the API and the pages name it.</summary>
    public static string Code(RightsRefusal why) => JsonNamingPolicy.CamelCase.ConvertName(why.ToString());

    public static ProblemHttpResult Refusal(RightsOutcome outcome) => outcome switch
    {
        RightsOutcome.Invalid invalid => Problems.Invalid(invalid.Field, invalid.Detail),
        RightsOutcome.Refused { Why: RightsRefusal.DutiesKeptApart, Held: { } held } => Problems.Conflict(Code(RightsRefusal.DutiesKeptApart), $"One principal cannot hold this role beside {held}."),
        RightsOutcome.Refused refused => Problems.Conflict(Code(refused.Why), refused.Why switch
        {
            RightsRefusal.NotForPrograms => "This role is a human being's; no program holds it.",
            RightsRefusal.OwnRights => "Nobody gives rights to himself or to a program he is answerable for.",
            RightsRefusal.TakenAlready => "It proves a principal already.",
            RightsRefusal.LastAdministrator => "Nobody could give rights any more: this is the last administrator of the archive.",
            _ => "It ended already, or never did.",
        }),
        _ => Problems.NotFound(),
    };
}
