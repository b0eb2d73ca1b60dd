using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Pages.Shared;
using Preservation.Server.Pages.Texts;

namespace Preservation.Server.Pages;

/// <summary>Keeps the language chosen and returns to where it was chosen.</summary>
internal sealed class LanguageModel : PageModel
{
    public IActionResult OnGet(string code, string? returnUrl)
    {
        if (!PageTexts.Languages.Contains(code)) return NotFound();
        Response.Cookies.Append(Visit.LanguageCookie, code, new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = Request.IsHttps, MaxAge = TimeSpan.FromDays(365), Path = "/", IsEssential = true,
        });
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
    }
}
