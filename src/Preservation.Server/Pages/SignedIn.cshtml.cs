using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Preservation.Server.Pages;

/// <summary>
/// Where the OpenID provider's answer ends. A browser does not send our cookie along a way that began at another site: from this page on the way is our own.
/// </summary>
internal sealed class SignedInModel : PageModel
{
    [BindProperty(SupportsGet = true, Name = "returnUrl")]
    public string? ReturnUrl { get; set; }

    public string Next => Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/";
}
