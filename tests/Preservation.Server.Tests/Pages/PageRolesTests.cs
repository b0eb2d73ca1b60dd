using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Preservation.Catalogue.Model;
using Preservation.Server.Api;
using Preservation.Server.Hosting;
using Preservation.Server.Pages;

namespace Preservation.Server.Tests.Pages;

/// <summary>Roles as the running application has them, not as a list says.</summary>
internal sealed class PageRolesTests
{
    private static readonly (string Page, string Method, string Endpoint)[] Same =
    [
        ("/Submissions/Index", "GET", "/api/v1/submissions"),
        ("/Submissions/Submission", "GET", "/api/v1/submissions/{id:guid}"),
        ("/Submissions/Receipt", "GET", "/api/v1/submissions/{id:guid}/receipts/{kind}"),
        ("/Submissions/Seal", "GET", "/api/v1/submissions/{id:guid}/receipts/{kind}/seal"),
        ("/Submissions/Approve", "POST", "/api/v1/submissions/{id:guid}/approve"),
        ("/Submissions/Return", "POST", "/api/v1/submissions/{id:guid}/return"),
        ("/Registrations/Index", "GET", "/api/v1/registrations"),
        ("/Registrations/Item", "GET", "/api/v1/registrations/{id:guid}"),
        ("/Registrations/Answer", "POST", "/api/v1/registrations/{id:guid}/accept"),
        ("/Registrations/Request", "POST", "/api/v1/registrations"),
        ("/Registrations/Withdraw", "POST", "/api/v1/registrations/{id:guid}/withdraw"),
        ("/Registrations/OpenRound", "POST", "/api/v1/registrations/{id:guid}/rounds"),
        ("/Registrations/CloseRound", "POST", "/api/v1/registrations/{id:guid}/rounds/{number:int}/close"),
        ("/Registrations/ApproveRound", "POST", "/api/v1/registrations/{id:guid}/rounds/{number:int}/approve"),
        ("/Registrations/Round", "GET", "/api/v1/registrations/{id:guid}/rounds/{number:int}/documents"),
        ("/Registrations/Part", "GET", "/api/v1/registrations/{id:guid}/rounds/{number:int}/documents/{part}"),
        ("/Registrations/Signed", "POST", "/api/v1/registrations/{id:guid}/rounds/{number:int}/documents/{part}/signed"),
        ("/Queue/Index", "GET", "/api/v1/decisions/queue"),
        ("/Packages/Index", "GET", "/api/v1/packages"),
        ("/Packages/Package", "GET", "/api/v1/packages/{id:guid}"),
        ("/Packages/Provenance", "GET", "/api/v1/packages/{id:guid}/provenance"),
        ("/Packages/Premis", "GET", "/api/v1/packages/{id:guid}/provenance"),
        ("/Packages/Evidence", "GET", "/api/v1/packages/{id:guid}/evidence"),
        ("/Packages/Trace", "GET", "/api/v1/packages/{id:guid}/evidence/trace"),
        ("/Cases/Index", "GET", "/api/v1/packages/{id:guid}/case"),
        ("/Cases/Case", "GET", "/api/v1/packages/{id:guid}/case"),
        ("/Cases/File", "GET", "/api/v1/packages/{id:guid}/case/file"),
        ("/Webhooks/Index", "GET", "/api/v1/webhooks"),
        ("/Webhooks/Item", "GET", "/api/v1/webhooks/{id:guid}/deliveries"),
        ("/Webhooks/Create", "POST", "/api/v1/webhooks"),
        ("/Webhooks/Secret", "POST", "/api/v1/webhooks/{id:guid}/secret"),
        ("/Webhooks/Change", "POST", "/api/v1/webhooks/{id:guid}/replay"),
        ("/Evidence/Index", "GET", "/api/v1/evidence/report"),
        ("/Stores/Index", "GET", "/api/v1/stores"),
        ("/Fixity/Index", "GET", "/api/v1/fixity/report"),
        ("/Fixity/Csv", "GET", "/api/v1/fixity/report"),
        ("/Fixity/Pdf", "GET", "/api/v1/fixity/report"),
        ("/Fixity/Part", "GET", "/api/v1/fixity/reports/{id:guid}/{part}"),
        ("/Fixity/Freeze", "POST", "/api/v1/fixity/reports"),
        ("/Drills/Index", "GET", "/api/v1/drills"),
        ("/Fixity/Start", "POST", "/api/v1/fixity/runs"),
        ("/People/Index", "GET", "/api/v1/principals"),
        ("/People/Person", "GET", "/api/v1/principals/{id:guid}/credentials"),
        ("/People/Change", "POST", "/api/v1/principals/{id:guid}/grants"),
        ("/Notices/Index", "GET", "/api/v1/notices"),
        ("/Notices/Confirm", "POST", "/api/v1/notices/{id:guid}/confirm"),
        ("/Account/Index", "GET", "/api/v1/mail"),
        ("/Account/Mail", "POST", "/api/v1/mail"),
        ("/Tasks/Index", "GET", "/api/v1/tasks"),
        ("/Tasks/Item", "GET", "/api/v1/tasks/{id:guid}"),
        ("/Tasks/Decide", "POST", "/api/v1/tasks/{id:guid}/decide"),
        ("/Tasks/Assign", "POST", "/api/v1/tasks/{id:guid}/assign"),
    ];

    private WebApplication _app = null!;
    private List<RouteEndpoint> _endpoints = null!;

    [OneTimeSetUp]
    public void BuildServer()
    {
        // Enough to be accepted; nothing is contacted until the server starts.
        _app = Serving.Build(
        [
            "--role", "api", "--Preservation:Database:Application", "Host=127.0.0.1", "--Preservation:Staging:Path", "/nowhere", "--Preservation:VirusScan:Host", "127.0.0.1",
            "--Preservation:Stores:0:Name", "one", "--Preservation:Stores:0:Path", "/nowhere/1", "--Preservation:Stores:1:Name", "two", "--Preservation:Stores:1:Path", "/nowhere/2",
            "--Preservation:Copies:Waiver", "test", "--Preservation:Seal:CertificateFile", "none", "--Preservation:Seal:KeyFile", "none", "--Preservation:TimeStamps:Url", "http://127.0.0.1:9/",
        ]);
        _endpoints = [.. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>()];
    }

    [OneTimeTearDown]
    public async Task StopServer() => await _app.DisposeAsync();

    private IEnumerable<(string Page, RouteEndpoint Endpoint)> Pages =>
        _endpoints.Select(e => (e.Metadata.GetMetadata<PageActionDescriptor>()?.ViewEnginePath!, e)).Where(p => p.Item1 is not null);

    [Test]
    public void Every_page_has_roles_or_is_open_to_all_on_purpose()
    {
        Assert.That(Pages.Select(p => p.Page).Distinct(), Is.EquivalentTo(PageRoles.ByPage.Keys.Concat(PageRoles.Anonymous)));
        using (Assert.EnterMultipleScope())
            foreach (var (page, endpoint) in Pages)
            {
                var open = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
                Assert.That(open, Is.EqualTo(PageRoles.Anonymous.Contains(page)), page);
                if (!open) Assert.That(endpoint.Metadata.GetMetadata<AllowedRoles>()?.Roles, Is.Not.Null.And.Not.Empty, page);
            }
    }

    [Test]
    public void A_page_serves_the_roles_of_the_endpoint_that_does_the_same()
    {
        Assert.That(Same.Select(s => s.Page).Append("/Index"), Is.EquivalentTo(PageRoles.ByPage.Keys), "every page has its endpoint");
        using (Assert.EnterMultipleScope())
            foreach (var (page, method, path) in Same)
            {
                var endpoint = _endpoints.Single(e => e.RoutePattern.RawText == path && e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(method) == true);
                Assert.That(PageRoles.Of(page), Is.EquivalentTo(endpoint.Metadata.GetRequiredMetadata<AllowedRoles>().Roles), page);
            }
    }

    [Test]
    public void A_page_that_is_not_named_serves_nobody() => Assert.That(PageRoles.Of("/New/Page"), Is.EqualTo(Array.Empty<Role>()));
}
