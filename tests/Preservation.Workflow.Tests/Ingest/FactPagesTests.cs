using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Tests.Ingest;

internal sealed class FactPagesTests : WorkflowFixture
{
    [Test]
    public async Task Facts_of_several_pages_come_back_in_order_and_go_with_their_end()
    {
        var id = await AddSubmissionAsync(SubmissionState.Archiving);
        var facts = Enumerable.Range(0, FactPages.PageFiles * 2 + 7).Select(i =>
            new FileFacts($"data/{i:D7}.pdf", i, i.ToString("x64", null), i.ToString("x128", null), i % 2 == 0 ? "fmt/354" : null, i % 2 == 0 ? "PDF/A" : null, null, "application/pdf")).ToList();
        await using (var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default))
        {
            await FactPages.WriteAsync(session, id, facts.Take(1), default);
            await FactPages.WriteAsync(session, id, facts, default);
            await session.CommitAsync(default);
        }
        await using var again = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        using (var read = await FactPages.ReadAsync(again, id, f => f, default))
            Assert.That(read, Is.EqualTo(facts.Select(f => f.ToSubmitted())));
        await FactPages.RemoveAsync(again, id, default);
        using var none = await FactPages.ReadAsync(again, id, f => f, default);
        Assert.That(none, Is.Empty);
    }
}
