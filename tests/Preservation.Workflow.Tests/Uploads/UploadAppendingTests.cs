using System.Security.Cryptography;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Testing.Storage;
using Preservation.Workflow.Uploads;

namespace Preservation.Workflow.Tests.Uploads;

/// <summary>What counts of an upload is what is on the medium, whatever instant the process ends at.</summary>
internal sealed class UploadAppendingTests : UploadFixture
{
    private static readonly byte[] Bytes = RandomNumberGenerator.GetBytes(300_000);

    [Test]
    public async Task Bytes_that_no_row_speaks_of_are_written_over()
    {
        var upload = await OpenAsync(Bytes.Length);
        await AppendAsync(upload, 0, Bytes[..1000]);
        // A process that died between writing and recording leaves bytes of which nobody knows whether they are whole.
        await using (var file = new FileStream(PathOf(upload), FileMode.Append)) await file.WriteAsync(RandomNumberGenerator.GetBytes(5000));
        Restart();
        Assert.That((await FindAsync(upload)).Received, Is.EqualTo(1000));
        Assert.That(await AppendAsync(upload, 1000, Bytes[1000..2000]), Is.InstanceOf<AppendOutcome.Advanced>());
        Assert.That(await File.ReadAllBytesAsync(PathOf(upload)), Is.EqualTo(Bytes[..2000]));
    }

    [Test]
    public async Task An_upload_whose_proven_bytes_are_gone_is_lost_and_says_so()
    {
        var upload = await OpenAsync(Bytes.Length);
        await AppendAsync(upload, 0, Bytes[..1000]);
        await using (var file = new FileStream(PathOf(upload), FileMode.Open)) file.SetLength(999);
        Assert.That((await FindAsync(upload)).State, Is.EqualTo(UploadState.Lost));
        Assert.That(await AppendAsync(upload, 1000, Bytes[1000..]), Is.InstanceOf<AppendOutcome.Gone>());
    }

    [Test]
    public async Task Of_a_piece_that_breaks_off_what_came_counts()
    {
        var upload = await OpenAsync(Bytes.Length);
        Assert.That(async () => await AppendAsync(upload, new UploadPiece(0, new FaultyStream(Bytes.Length, 200_000, () => throw new IOException("cut")), Bytes.Length, null)), Throws.InstanceOf<IOException>().With.Message.EqualTo("cut"));
        var kept = (await FindAsync(upload)).Received;
        Assert.That(kept, Is.EqualTo(196_608), "every piece of 8,192 bytes that was handed over before");
        Assert.That(await AppendAsync(upload, kept, new byte[Bytes.Length - kept]), Is.InstanceOf<AppendOutcome.Advanced>());
        Assert.That((await FindAsync(upload)).IsComplete, Is.True);
    }

    [Test]
    public async Task While_a_long_piece_comes_what_is_safe_is_recorded_again_and_again()
    {
        var upload = await OpenAsync(Bytes.Length);
        var seen = new List<long>();
        var looks = 0;
        var piece = new Looking(Bytes, async () =>
        {
            if (++looks % 3 == 0) seen.Add((await FindAsync(upload)).Received);
        });
        Assert.That(await AppendAsync(upload, new UploadPiece(0, piece, null, null)), Is.EqualTo(new AppendOutcome.Advanced(Bytes.Length, upload.ExpiresAt)));
        Assert.That(seen, Is.Ordered);
        Assert.That(seen.Distinct().Count(), Is.GreaterThanOrEqualTo(4), string.Join(", ", seen));
    }

    [Test]
    public async Task Of_a_piece_with_a_checksum_nothing_counts_before_its_end()
    {
        var upload = await OpenAsync(Bytes.Length);
        var checksum = DigestAlgorithm.Sha256.Compute(Bytes);
        Assert.That(async () => await AppendAsync(upload, new UploadPiece(0, new FaultyStream(Bytes.Length, 200_000, () => throw new IOException("cut")), null, checksum)), Throws.InstanceOf<IOException>());
        Assert.That((await FindAsync(upload)).Received, Is.Zero);
        Assert.That(await AppendAsync(upload, new UploadPiece(0, new MemoryStream(Bytes), null, checksum)), Is.InstanceOf<AppendOutcome.Advanced>());
    }

    [Test]
    public async Task The_digest_is_known_at_the_end_of_an_upload_that_came_in_one_piece()
    {
        var (one, two) = (await OpenAsync(Bytes.Length), await OpenAsync(Bytes.Length));
        await AppendAsync(one, 0, Bytes);
        Assert.That((await FindAsync(one)).Sha256, Is.EqualTo(SHA256.HashData(Bytes)));
        await AppendAsync(two, 0, Bytes[..7]);
        await AppendAsync(two, 7, Bytes[7..]);
        Assert.That((await FindAsync(two)).Sha256, Is.Null, "and of others it is taken when it is asked for");
        using var part = Parts.TryOpen(two.Id)!;
        Assert.That((await part.DigestAsync(default))[DigestAlgorithm.Sha256].Bytes.ToArray(), Is.EqualTo(SHA256.HashData(Bytes)));
    }

    [Test]
    public async Task Another_process_is_kept_out_until_the_first_ends()
    {
        var upload = await OpenAsync(Bytes.Length);
        using (Parts.TryOpen(upload.Id))
        {
            Restart();
            Assert.That(await AppendAsync(upload, 0, Bytes), Is.InstanceOf<AppendOutcome.Busy>());
        }
        Assert.That(await AppendAsync(upload, 0, Bytes), Is.InstanceOf<AppendOutcome.Advanced>());
    }

    [Test]
    public async Task A_writer_who_was_overtaken_all_the_same_counts_nothing()
    {
        var upload = await OpenAsync(Bytes.Length);
        var piece = new Looking(Bytes[..1000], async () =>
        {
            await using var session = await BeginAsync();
            await using var overtake = session.Command("UPDATE upload SET received = 500 WHERE id = $1", upload.Id);
            await overtake.ExecuteNonQueryAsync();
            await session.CommitAsync(default);
        });
        Assert.That(await AppendAsync(upload, new UploadPiece(0, piece, null, null)), Is.InstanceOf<AppendOutcome.Gone>());
    }

    [Test]
    public async Task Each_sign_of_life_moves_the_end_but_not_beyond_the_longest_life()
    {
        var upload = await OpenAsync(Bytes.Length);
        for (var day = 0; day < 29; day += 6)
        {
            Assert.That(await AppendAsync(upload, day, Bytes[day..(day + 6)]), Is.EqualTo(new AppendOutcome.Advanced(day + 6, upload.CreatedAt.AddDays(Math.Min(day + 7, 30)))));
            Clock.Advance(TimeSpan.FromDays(6));
        }
        Assert.That(await AppendAsync(upload, 30, Bytes[30..]), Is.InstanceOf<AppendOutcome.Gone>());
    }

    [Test]
    public async Task Nobody_else_and_no_other_agency_adds_to_it()
    {
        var upload = await OpenAsync(Bytes.Length);
        var piece = new UploadPiece(0, new MemoryStream(Bytes), null, null);
        Assert.That(await Appending.AppendAsync(Scope, Guid.NewGuid(), upload.Id, piece, default), Is.InstanceOf<AppendOutcome.NotFound>());
        Assert.That(await Appending.AppendAsync(CatalogueScope.Nothing with { Agencies = [Guid.NewGuid()] }, Person, upload.Id, piece, default), Is.InstanceOf<AppendOutcome.NotFound>());
        Assert.That(File.Exists(PathOf(upload)), Is.False);
    }

    private sealed class Looking(byte[] bytes, Func<Task> look) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position > 0) await look();
            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 20_000)], cancellationToken);
        }
    }
}
