using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Preservation.Core;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Escrow;
using Preservation.Workflow.Options;
using Preservation.Workflow.Rebuild;
using Preservation.Workflow.Tests.Rebuild;

namespace Preservation.Workflow.Tests.Escrow;

/// <summary>Leaving us: the archive is gone, and what is held in escrow is all there is.</summary>
internal sealed class EscrowExitTests : RebuildFixture
{
    [Test]
    public async Task From_the_escrows_store_alone_the_whole_catalogue_comes_back()
    {
        await FoundAsync();
        var preserved = await IngestAsync(("một.txt", Text("một")), ("hai.txt", Text("hai")));
        Assert.That(preserved.PackageId, Is.Not.Null, preserved.LastProblem);
        await StampAsync();
        await SettleAsync();
        var vault = Path.Join(Folder, "vault");
        await using (var own = new FileSystemStore("vault", vault, flushes: false))
        {
            var source = new EscrowSource(Services.GetRequiredService<StoreSet>().Stores["a"], 0, 0, Clock, (_, _) => throw new InvalidOperationException("nothing is to be waited for"));
            var report = await new EscrowPass(source, own, new EscrowOptions { Name = "vault" }, Clock).RunAsync(null, null, default);
            Assert.That((report.Findings.Count, report.CompleteUntil), Is.EqualTo((0, (DateTimeOffset?)report.StartedAt)));
        }
        Directory.Delete(Path.Join(Folder, "a"), recursive: true);
        Directory.Delete(Path.Join(Folder, "b"), recursive: true);
        await using var owner = NpgsqlDataSource.Create(Other.Owner);
        // It goes by the name of the store it was pulled from.
        await using var held = new FileSystemStore("a", vault, flushes: false);
        var rebuilt = await new CatalogueRebuild(owner, new OcflStore(held, StoreSet.RootPrefix, Limits.Default), [], Clock).RunAsync(false, _ => false, _ => { }, default);
        Assert.That(rebuilt.Problems, Is.Empty);
        await AssertSameAsync(table => table == "audit_entry" ? " WHERE action <> 'catalogue.rebuilt'" : "");
    }
}
