using Preservation.Core;
using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Testing;
using Preservation.Testing.Storage;

namespace Preservation.Storage.Tests.Ocfl;

/// <summary>
/// Two writers, each with a store of its own, race for the same version: by turns the first of a new object and the second of the object that
/// came out of it. One wins, the other is told, and the object is the winner's.
/// </summary>
public sealed class RaceTests
{
    private const int LongRounds = 1_000;
    private int _first;
    private int _claimed;

    [Test]
    public async Task Of_two_writers_on_a_file_system_one_wins_and_the_other_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("preservation-race-").FullName;
        try
        {
            await RaceAsync("file system", Tier.IsLong ? LongRounds : 100, () => Task.FromResult<IObjectStore>(new FileSystemStore("files", folder)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public Task Of_two_writers_on_an_s3_server_one_wins_and_the_other_is_told() =>
        RaceAsync("S3", Tier.IsLong ? LongRounds : 40, async () => await S3Bucket.OpenAsync());

    private async Task RaceAsync(string name, int rounds, Func<Task<IObjectStore>> open)
    {
        (_first, _claimed) = (0, 0);
        await using var here = await open();
        await using var there = await open();
        var prefix = $"race-{Guid.NewGuid():n}/";
        OcflStore[] stores = [new(here, prefix, Limits.Default), new(there, prefix, Limits.Default)];
        await stores[0].InitializeRootAsync(default);
        var random = new Random(Tier.Seed);
        for (var round = 0; round < rounds; round += 2)
        {
            var id = $"urn:uuid:{Guid.NewGuid()}";
            var samples = new[] { "một", "hai" }.Select(word => Writer(random, id, word)).ToArray();
            var winner = await RunAsync(stores, samples, [samples[0].First, samples[1].First], random);
            await Sample.AssertObjectSoundAsync(stores[1 - winner], samples[winner].First.Inventory);
            var next = new[] { "ba", "bốn" }.Select(word => Later(random, samples[winner], word)).ToArray();
            var second = await RunAsync(stores, [samples[winner], samples[winner]], next, random);
            await Sample.AssertObjectSoundAsync(stores[1 - second], next[second].Inventory);
            await stores[0].PurgeAsync(next[second].Inventory, default);
        }
        TestContext.Out.WriteLine($"| {name} | {rounds} races | first writer won {_first} | loser told before its claim {rounds - _claimed}, by the claim {_claimed} | seed {Tier.Seed} |");
        Assert.That(_first, Is.InRange(1, rounds - 1), "one side always wins: this is no race");
    }

    // Returns who won; anything but one win and one conflict fails.
    private async Task<int> RunAsync(OcflStore[] stores, Sample[] samples, VersionPlan[] plans, Random random)
    {
        using var start = new Barrier(2);
        var spins = new[] { random.Next(2_000), random.Next(2_000) };
        var told = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Factory.StartNew(async () =>
        {
            start.SignalAndWait();
            Thread.SpinWait(spins[i]);
            try
            {
                await stores[i].WriteVersionAsync(plans[i], samples[i].Open(plans[i]), default);
                return null;
            }
            catch (VersionConflictException e)
            {
                return e.Message;
            }
        }, default, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
        Assert.That(told.Count(t => t is null), Is.EqualTo(1), string.Join("; ", told));
        if (told[0] is null) _first++;
        if (told.Any(t => t is not null && t.Contains("claimed", StringComparison.Ordinal))) _claimed++;
        return told[0] is null ? 0 : 1;
    }

    private static Sample Writer(Random random, string id, string word)
    {
        var sample = new Sample(id);
        sample.First = sample.Plan(null, Files(random, word));
        return sample;
    }

    private static VersionPlan Later(Random random, Sample sample, string word) => sample.Plan(sample.First.Inventory, Files(random, word));

    private static (string Path, string Text)[] Files(Random random, string word) =>
        [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => ($"data/{i}", $"{word} {i}")), ("METS.xml", word), ("shared.txt", "nội dung chung")];
}
