using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Pages.Shared;

namespace Preservation.Server.Pages;

/// <summary>Leads to the first page the caller may see.</summary>
internal sealed class IndexModel(Visit visit) : PageModel
{
    private static readonly (string Page, string Path)[] Order =
        [("/Submissions/Index", "/submissions"), ("/Packages/Index", "/packages"), ("/People/Index", "/people"), ("/Tasks/Index", "/tasks")];

    public IActionResult OnGet() => Order.FirstOrDefault(p => visit.May(p.Page)).Path is { } path ? LocalRedirect(path) : Page();
}
