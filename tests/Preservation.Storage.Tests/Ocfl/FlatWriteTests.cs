using System.Globalization;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Testing;

namespace Preservation.Storage.Tests.Ocfl;

/// <summary>A version of many files is written and read back without holding them.</summary>
[NonParallelizable]
public sealed class FlatWriteTests
{
    private const int AllowedBytesAFile = 200;
    private const int Few = 600;

    [Test]
    public async Task Writing_and_proving_takes_few_bytes_a_file()
    {
        var perFile = await LiveMemory.PerItemAsync(Few, AllowedBytesAFile, async count =>
        {
            using var plan = Plan(count);
            var folder = Directory.CreateTempSubdirectory("preservation-flat-").FullName;
            try
            {
                await using var objects = new FileSystemStore("flat", folder, flushes: false);
                var store = Sample.StoreOver(objects);
                await store.InitializeRootAsync(default);
                await store.WriteVersionAsync(plan, (path, _) => Task.FromResult<Stream>(new MemoryStream(Content(path))), default);
                var read = 0;
                await foreach (var seen in store.ReadBackAsync(store.KeysOf(plan), default)) read += seen is KeyObservation.Read { IsAsExpected: true } ? 1 : 0;
                Assert.That(read, Is.EqualTo(count + 5));
                using var again = await store.ReadInventoryAsync(plan.Id, VersionNumber.First, plan.Inventory.BytesDigest, default);
                Assert.That(again!.Contents.Count(), Is.EqualTo(count));
                return plan.Id;
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        await TestContext.Out.WriteLineAsync($"{perFile:F0} bytes a file");
        Assert.That(perFile, Is.LessThan(AllowedBytesAFile));
    }

    private static VersionPlan Plan(int count) => VersionPlan.Create(
        null, "urn:uuid:5b1d5a3e-0001-4a5c-9a39-0242ac120002", Enumerable.Range(0, count).Select(i => $"data/{i / 100:D5}/{i:D7}.bin").Select(path =>
            new PlannedFile(path, Content(path).Length, DigestAlgorithm.Sha512.Compute(Content(path)), [DigestAlgorithm.Sha256.Compute(Content(path))])),
        DateTimeOffset.UnixEpoch, "ingestion", Sample.User);

    private static byte[] Content(string path) => BitConverter.GetBytes(int.Parse(path[^11..^4], CultureInfo.InvariantCulture));
}
