using System.Globalization;
using Microsoft.Extensions.Options;
using Preservation.EndToEnd.Tests;
using Preservation.Server.Tests.Plans;
using Preservation.Testing.Databases;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;

namespace Preservation.Benchmarks;

/// <summary>
/// What the catalogue is asked again and again, over ten million generated files with a copy on two stores. The plans are kept beside this file; they are written again when they were
/// made over as many files or fewer.
/// </summary>
internal static class CatalogueBenchmark
{
    private const int Runs = 15;
    private const string Over = "Over ";

    public static async Task RunAsync(string work, double scale)
    {
        var holdings = new GeneratedHoldings((int)(500_000 * scale), 20);
        await using var database = await TestDatabase.CreateAsync();
        var start = TimeProvider.System.GetTimestamp();
        await holdings.FillAsync(database.Owner);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{holdings.Files} files in {holdings.Packages} packages, copies on two stores, made in {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F0} s"));
        var options = new PreservationOptions();
        foreach (var name in GeneratedHoldings.Stores) options.Stores.Add(new StoreOptions { Name = name, Path = Path.Join(work, name), Fsync = false });
        var settings = Options.Create(options);
        await using var stores = new StoreSet(settings, new WorkTrace(settings));
        await using var queries = new CapturedQueries(database.Application);
        Console.WriteLine("| question | first ms | median ms | slowest ms | at most |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var answer in CatalogueAnswer.All(holdings, stores, settings, TimeProvider.System.GetUtcNow()))
        {
            var times = new List<double>();
            for (var run = 0; run < Runs; run++)
            {
                queries.Clear();
                var begun = TimeProvider.System.GetTimestamp();
                await answer.AskAsync(queries.Sessions);
                times.Add(TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds);
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {answer.Name} | {times[0]:F1} | {Program.Median(times.Skip(1)):F1} | {times.Skip(1).Max():F1} | {answer.MostMilliseconds} |"));
            await KeepAsync(holdings, answer.Name, await queries.ExplainAsync(answer.Scope, CatalogueAnswer.Tables, isCarriedOut: true));
        }
    }

    private static async Task KeepAsync(GeneratedHoldings holdings, string name, IReadOnlyList<(string Sql, string Plan)> plans)
    {
        var path = Path.Join(Machine.Root, "tests", "Preservation.Benchmarks", "Plans", name + ".txt");
        if (File.Exists(path) && long.Parse(File.ReadLines(path).First()[Over.Length..].Split(' ')[0], CultureInfo.InvariantCulture) > holdings.Files) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var text = string.Join("\n\n", plans.Select(p => string.Join('\n', p.Sql.Split('\n').Select(l => l.TrimEnd())) + "\n\n" + p.Plan));
        await File.WriteAllTextAsync(path, string.Create(CultureInfo.InvariantCulture, $"{Over}{holdings.Files} files in {holdings.Packages} packages: what was asked, and the plan\n\n{text}\n"));
    }
}
