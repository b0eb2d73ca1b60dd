using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Preservation.Server.Api;

/// <summary>Errors as RFC 9457 documents with a stable <c>code</c> and the request's <c>traceId</c>.</summary>
internal static class Problems
{
    public static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Of(int status, string code, string title, string? detail = null, object? findings = null)
    {
        var problem = new ProblemDetails { Status = status, Title = title, Detail = detail, Type = $"urn:preservation:problem:{code}" };
        problem.Extensions["code"] = code;
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? "";
        if (findings is not null) problem.Extensions["findings"] = findings;
        return TypedResults.Problem(problem);
    }

    /// <summary>What does not exist and what the caller may not see look alike.</summary>
    public static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult NotFound() =>
        Of(StatusCodes.Status404NotFound, "notFound", "There is no such thing, or you may not see it.");

    public static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Invalid(string field, string detail) =>
        Of(StatusCodes.Status400BadRequest, "invalid", $"The field '{field}' cannot be used.", detail);

    public static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Conflict(string code, string title) =>
        Of(StatusCodes.Status409Conflict, code, title);

    public static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Forbidden() =>
        Of(StatusCodes.Status403Forbidden, "forbidden", "Your grants do not allow this.");
}
