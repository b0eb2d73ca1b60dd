using System.Collections.Immutable;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Changes;

namespace Preservation.Workflow.Tests.Changes;

/// <summary>A second agency beside the first, and entries of the audit log for both.</summary>
internal abstract class ChangeFixture : WorkflowFixture
{
    protected Guid Other { get; } = Guid.NewGuid();

    private AuditSealer Sealer => new(Database.Sessions);

    [SetUp]
    public async Task AddOther()
    {
        await using var session = await BeginAsync();
        session.Rows.Agencies.Add(new Agency { Id = Other, Name = "Sở khác", Kind = AgencyKind.Submitting, CreatedAt = session.Now });
        await session.CommitAsync(default);
    }

    protected async Task HappenAsync(string type, string subject, Guid? agency = null)
    {
        await using var session = await BeginAsync();
        session.Audit(null, agency ?? Agency, type, "agreement", subject, new { state = "done" });
        await session.CommitAsync(default);
    }

    protected async Task SealAsync()
    {
        while (await Sealer.SealAsync(default) is not null) { }
    }

    /// <summary>As a caller whose grants reach these agencies.</summary>
    protected async Task<ChangePage> ReadAsync(long after = -1, Guid? agency = null, string[]? types = null, int most = 100, params Guid[] room)
    {
        var scope = CatalogueScope.Nothing with { Agencies = (room.Length == 0 ? [Agency] : room).ToImmutableHashSet() };
        await using var session = await Database.Sessions.BeginAsync(scope, default);
        return await ChangeFeed.ReadAsync(session, after, agency, types ?? [], most, default);
    }
}
