using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;
using Preservation.Catalogue;

namespace Preservation.Server.Pages;

/// <summary>What a person reads when a page cannot be served: whether to try again, and nothing of the cause but its trace id.</summary>
[IgnoreAntiforgeryToken]
internal sealed class ErrorModel : PageModel
{
    public string TextKey { get; private set; } = "error.500";

    public string TraceId => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    public void OnGet(int status) => Show(status);

    public void OnPost(int status) => Show(status);

    private void Show(int status)
    {
        if (HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error is NpgsqlException { IsTransient: true } or TimeoutException or IOException or ClockSkewException)
            Response.StatusCode = status = StatusCodes.Status503ServiceUnavailable;
        TextKey = status switch
        {
            StatusCodes.Status400BadRequest => "error.400",
            StatusCodes.Status403Forbidden => "error.403",
            StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed => "error.404",
            StatusCodes.Status503ServiceUnavailable => "error.503",
            _ => "error.500",
        };
        if (Response.StatusCode == StatusCodes.Status200OK) Response.StatusCode = StatusCodes.Status404NotFound; // asked for by its own address
    }
}
