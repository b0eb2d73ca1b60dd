using System.Text.Json;

namespace Preservation.EndToEnd.Tests;

/// <summary>A deployment with an agency, its agreements and a person of each role, all made through the API.</summary>
internal sealed class Archive : IAsyncDisposable
{
    private readonly Dictionary<string, string> _keys = [];

    private Archive(Deployment deployment) => Deployment = deployment;

    public Deployment Deployment { get; }

    public Client Administrator => As("administrator");

    /// <summary>For the pages.</summary>
    public string AdministratorKey => _keys["administrator"];

    public Client Producer => As("producer");

    public Client Approver => As("approver");

    public Client Officer => As("preservationOfficer");

    public Client Auditor => As("auditor");

    public string AgencyId { get; private set; } = "";

    public static async Task<Archive> StartAsync(Func<int, string>? endpointOf = null, string? trace = null, bool inFolders = false) => await FillAsync(await Deployment.StartAsync(endpointOf, trace, inFolders));

    public static async Task<Archive> StartAsync(DeploymentPlan plan) => await FillAsync(await Deployment.StartAsync(plan));

    private static async Task<Archive> FillAsync(Deployment deployment)
    {
        var archive = new Archive(deployment);
        archive._keys["administrator"] = (await archive.Deployment.RunAsync("bootstrap", "--name", "Quản trị viên")).Trim();
        archive.AgencyId = await archive.AddAgencyAsync("Sở Nội vụ", "H99.1");
        await archive.AddAgreementAsync(archive.AgencyId, "AUTO", "automatic");
        await archive.AddAgreementAsync(archive.AgencyId, "PERSON", "person");
        foreach (var (role, kind) in new[] { ("producer", "system"), ("approver", "person"), ("preservationOfficer", "person"), ("auditor", "person") })
            archive._keys[role] = await archive.AddPrincipalAsync(role, kind, role is "preservationOfficer" or "auditor" ? null : archive.AgencyId);
        return archive;
    }

    public async Task<string> AddAgencyAsync(string name, string code) =>
        (await Administrator.PostAsync("/api/v1/agencies", new { name, code, kind = "submitting" })).GetProperty("id").GetString()!;

    public Task<JsonElement> AddAgreementAsync(string agencyId, string code, string approval) =>
        Administrator.PostAsync("/api/v1/agreements", new { agencyId, code, title = code, terms = new { approval } });

    /// <summary>Makes a principal with one role, everywhere or for one agency; returns the key.</summary>
    public async Task<string> AddPrincipalAsync(string role, string kind, string? agencyId)
    {
        var id = (await Administrator.PostAsync("/api/v1/principals", new { kind, name = $"{role} {agencyId}", agencyId })).GetProperty("id").GetString();
        await Administrator.PostAsync($"/api/v1/principals/{id}/grants", new { role, scope = agencyId is null ? "everything" : "agency", agencyId, basis = "test" });
        return (await Administrator.PostAsync($"/api/v1/principals/{id}/keys", new { })).GetProperty("key").GetString()!;
    }

    public Client With(string key) => new(Deployment, key);

    public ValueTask DisposeAsync() => Deployment.DisposeAsync();

    private Client As(string role) => new(Deployment, _keys[role]);
}
