using Microsoft.Extensions.Options;
using Preservation.Testing.Databases;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;

namespace Preservation.Server.Tests.Plans;

/// <summary>Over a generated catalogue, too small to be slow and large enough for the planner to choose as it does over ten million files.</summary>
internal sealed class CataloguePlanTests
{
    private static readonly GeneratedHoldings Holdings = new(4_000, 10);
    private string _folder = "";
    private TestDatabase _database = null!;
    private StoreSet _stores = null!;
    private IOptions<PreservationOptions> _options = null!;

    [OneTimeSetUp]
    public async Task Fill()
    {
        _folder = Directory.CreateTempSubdirectory("plans-").FullName;
        _database = await TestDatabase.CreateAsync();
        await Holdings.FillAsync(_database.Owner);
        var options = new PreservationOptions();
        foreach (var name in GeneratedHoldings.Stores) options.Stores.Add(new StoreOptions { Name = name, Path = Path.Join(_folder, name), Fsync = false });
        _options = Options.Create(options);
        _stores = new StoreSet(_options, new WorkTrace(_options));
    }

    [OneTimeTearDown]
    public async Task Clean()
    {
        if (_stores is not null) await _stores.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task What_the_catalogue_is_asked_again_and_again_is_answered_by_its_indexes()
    {
        await using var queries = new CapturedQueries(_database.Application);
        foreach (var answer in CatalogueAnswer.All(Holdings, _stores, _options, TimeProvider.System.GetUtcNow()))
        {
            queries.Clear();
            await answer.AskAsync(queries.Sessions);
            var plans = await queries.ExplainAsync(answer.Scope, CatalogueAnswer.Tables, isCarriedOut: true);
            // The rules of rows come with ways of looking that are not gone where a session sees everything.
            var text = string.Join("\n\n", plans.Select(p => p.Sql + "\n" + string.Join('\n', p.Plan.Split('\n').Where(l => !l.Contains("never executed", StringComparison.Ordinal)))));
            foreach (var index in answer.Indexes) Assert.That(text, Does.Contain(index), answer.Name);
            var (keys, others) = (new[] { "Seq Scan on copy", "Seq Scan on file", "Seq Scan on document" }, new[] { "Seq Scan on package_copy", "Seq Scan on package " });
            foreach (var scan in answer.IsSummary ? keys : [.. keys, .. others]) Assert.That(text, Does.Not.Contain(scan), answer.Name);
        }
    }
}
