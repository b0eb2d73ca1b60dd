using System.Globalization;
using System.Security.Cryptography;
using Amazon.S3.Model;
using Npgsql;
using NpgsqlTypes;
using Preservation.EndToEnd.Tests;

namespace Preservation.Benchmarks;

/// <summary>Real objects on a store of a deployment with their rows in the catalogue, made beneath the service: a million files need not be taken in to be read again.</summary>
internal sealed record GeneratedCopies(int Store, int Copies, int KeysEach, long BytesEach)
{
    private const int PutsAtOnce = 16;

    public long Keys => (long)Copies * KeysEach;

    public async Task AddAsync(Deployment deployment)
    {
        var digests = new byte[Keys][];
        await Parallel.ForEachAsync(Enumerable.Range(0, (int)Keys), new ParallelOptions { MaxDegreeOfParallelism = PutsAtOnce }, async (number, token) => digests[number] = await PutAsync(deployment, number, token));
        await using var connection = new NpgsqlConnection(deployment.Database);
        await connection.OpenAsync();
        await EnterAsync(connection, deployment.Stores[Store], digests);
    }

    public static string KeyOf(int copy, int key) => string.Create(CultureInfo.InvariantCulture, $"ocfl/{copy % 256:x2}/{copy:D6}/v1/content/{key:D6}.bin");

    private async Task<byte[]> PutAsync(Deployment deployment, int number, CancellationToken cancellationToken)
    {
        var key = KeyOf(number / KeysEach, number % KeysEach);
        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        var random = new Random(number);
        var piece = new byte[Math.Min(BytesEach, 1 << 20)];
        using Stream target = deployment.IsBucket(Store) ? new MemoryStream() : Create(Path.Join(deployment.FolderOf(Store), key));
        for (var left = BytesEach; left > 0; left -= piece.Length)
        {
            random.NextBytes(piece);
            var part = piece.AsMemory(0, (int)Math.Min(left, piece.Length));
            sha512.AppendData(part.Span);
            await target.WriteAsync(part, cancellationToken);
        }
        target.Position = 0;
        if (deployment.IsBucket(Store)) await deployment.S3.PutObjectAsync(new PutObjectRequest { BucketName = deployment.Buckets[Store], Key = key, InputStream = target, AutoCloseStream = false }, cancellationToken);
        return sha512.GetHashAndReset();
    }

    private static FileStream Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return File.Create(path);
    }

    private async Task EnterAsync(NpgsqlConnection connection, string store, byte[][] digests)
    {
        var ids = Enumerable.Range(0, Copies).Select(_ => Guid.CreateVersion7()).ToArray();
        await using (var copies = new NpgsqlCommand("""
            INSERT INTO package_copy (package_id, object_id, store, version, state, verified_at, last_read_at, last_result, plan, due_at)
            SELECT id, 'urn:uuid:' || id, $2, 1, 'Good', now(), now() - interval '1 day', 'Ok', 'default/90', now() + interval '80 days' FROM unnest($1::uuid[]) AS id
            """, connection) { Parameters = { new() { Value = ids }, new() { Value = store } }, CommandTimeout = 0 })
            await copies.ExecuteNonQueryAsync();
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        await using (var rows = await connection.BeginBinaryImportAsync("COPY copy (package_id, store, key, role, version, encoding, bytes, sha512, state, written_at, last_read_at, last_result) FROM STDIN (FORMAT BINARY)"))
        {
            for (var i = 0; i < digests.Length; i++)
            {
                await rows.StartRowAsync();
                await rows.WriteAsync(ids[i / KeysEach]);
                foreach (var text in new[] { store, KeyOf(i / KeysEach, i % KeysEach), "Content" }) await rows.WriteAsync(text);
                await rows.WriteAsync(1);
                await rows.WriteAsync("identity");
                await rows.WriteAsync(BytesEach);
                await rows.WriteAsync(digests[i]);
                await rows.WriteAsync("Good");
                await rows.WriteAsync(now, NpgsqlDbType.TimestampTz);
                await rows.WriteAsync(now, NpgsqlDbType.TimestampTz);
                await rows.WriteAsync("Ok");
            }
            await rows.CompleteAsync();
        }
        await using var analyze = new NpgsqlCommand("VACUUM ANALYZE", connection) { CommandTimeout = 0 };
        await analyze.ExecuteNonQueryAsync();
    }
}
