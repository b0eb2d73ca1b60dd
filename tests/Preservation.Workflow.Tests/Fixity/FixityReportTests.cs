using Preservation.Catalogue.Model;
using Preservation.Workflow.Fixity;

namespace Preservation.Workflow.Tests.Fixity;

internal sealed class FixityReportTests : WorkflowFixture
{
    [Test]
    public async Task Coverage_is_rounded_down_and_a_store_without_copies_has_none()
    {
        await using var session = await BeginAsync();
        foreach (var store in new[] { "empty", "used" }) session.Rows.Stores.Add(new Store { Name = store, Kind = "FileSystem", Address = "/" + store, FailureDomain = "{}", RegisteredAt = session.Now });
        await session.FlushAsync(default);
        for (var i = 0; i < 3; i++)
        {
            var id = Guid.NewGuid();
            session.Rows.PackageCopies.Add(new PackageCopy
            {
                PackageId = id, ObjectId = "urn:uuid:" + id, Store = "used", Version = 1, State = CopyState.Good, VerifiedAt = session.Now, LastReadAt = session.Now - TimeSpan.FromDays(i == 0 ? 31 : 1), LastResult = FixityOutcome.Ok,
            });
        }
        await session.FlushAsync(default);
        var report = await new FixityReport(Settings.Of(o => o.Fixity.WithinDays = 30)).MakeAsync(session, default);
        Assert.That(report.Stores.Select(s => (s.Store, s.CopiesReadPercent, s.BytesReadPercent)), Is.EqualTo(new[] { ("empty", (decimal?)null, (decimal?)null), ("used", 66.6m, null) }));
    }
}
