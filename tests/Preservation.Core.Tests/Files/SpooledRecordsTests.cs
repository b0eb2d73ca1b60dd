using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Core.Tests.Files;

public sealed class SpooledRecordsTests
{
    [Test]
    public void Records_come_back_as_they_went_in_however_many() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[][]>(records =>
    {
        using var spooled = new SpooledRecords();
        foreach (var record in records) spooled.Add(record);
        var (inOrder, byNumber) = (spooled.InOrder(), spooled.ByNumber());
        return spooled.Count == records.Length && Enumerable.Range(0, records.Length).All(i => inOrder.Get(i).SequenceEqual(records[i]))
            && Enumerable.Range(0, records.Length).Reverse().All(i => byNumber.Get(i).SequenceEqual(records[i]));
    }));

    [Test]
    public void More_than_memory_takes_lies_in_a_file()
    {
        using var spooled = new SpooledRecords();
        for (var i = 0; i < 50_000; i++) spooled.Add(Encoding.UTF8.GetBytes($"hồ sơ/{i:D6}"));
        spooled.Add(new byte[200_000]);
        spooled.Add("cuối"u8);
        var (inOrder, byNumber) = (spooled.InOrder(), spooled.ByNumber());
        for (var i = 0; i < 50_000; i += 7) Assert.That(Encoding.UTF8.GetString(inOrder.Get(i)), Is.EqualTo($"hồ sơ/{i:D6}"));
        Assert.That(byNumber.Get(50_000).Length, Is.EqualTo(200_000));
        Assert.That(Encoding.UTF8.GetString(byNumber.Get(50_001)), Is.EqualTo("cuối"));
        Assert.That(spooled.FirstFrom(r => r.Span.SequenceCompareTo("hồ sơ/020000"u8)), Is.EqualTo(20_000));
    }

    [Test]
    public void They_are_sorted_as_a_list_would_be_and_equal_ones_keep_their_order() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[]>(keys =>
    {
        using var spooled = new SpooledRecords();
        for (var i = 0; i < keys.Length; i++) spooled.Add([(byte)(keys[i] / 64), (byte)(keys[i] % 64), (byte)i]);
        // By a rank that tells only the first byte, so that comparing decides among many.
        var order = spooled.Sort(r => r[0], (a, b) => a[1] - b[1]);
        return order.SequenceEqual(Enumerable.Range(0, keys.Length).OrderBy(i => keys[i]));
    }));

    [Test]
    public async Task It_takes_some_bytes_a_record()
    {
        var perRecord = await Preservation.Testing.LiveMemory.PerItemAsync(40_000, 16, count => Task.FromResult(Fill(count)));
        Assert.That(perRecord, Is.LessThan(16));
    }

    [Test]
    public void Paths_compare_as_their_bytes() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<string, string>((one, other) =>
    {
        var (a, b) = (Whole(one), Whole(other));
        return Math.Sign(PathOrder.Instance.Compare(a, b)) == Math.Sign(Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)));
    }));

    [Test]
    public void A_character_beyond_the_basic_plane_comes_after_all_others() =>
        Assert.That(new[] { "a\U0001F4C1", "a\uFFFD", "a\uE000", "a" }.Order(PathOrder.Instance), Is.EqualTo(new[] { "a", "a\uE000", "a\uFFFD", "a\U0001F4C1" }));

    [Test]
    public void Bytes_are_appended_digested_and_read_by_several()
    {
        using var spooled = new SpooledBytes();
        var (first, _) = spooled.Append(s => s.Write("một"u8), [DigestAlgorithm.Sha256]);
        var (second, digests) = spooled.Append(s => s.Write("hai ba"u8), [DigestAlgorithm.Sha512]);
        using StreamReader one = new(spooled.Open(first, second - first)), all = new(spooled.Open());
        Assert.That((one.ReadToEnd(), all.ReadToEnd()), Is.EqualTo(("một", "mộthai ba")));
        Assert.That((digests.Bytes, digests[DigestAlgorithm.Sha512]), Is.EqualTo((6L, DigestAlgorithm.Sha512.Compute("hai ba"u8))));
    }

    [Test]
    public void A_temporary_file_has_no_name_for_others()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("a file in use keeps its name there");
        using var file = TemporaryFile.Create();
        Assert.That(File.Exists(file.Name), Is.False);
    }

    private static SpooledRecords Fill(int count)
    {
        var spooled = new SpooledRecords();
        var record = new byte[200];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(record, i);
            spooled.Add(record);
        }
        return spooled;
    }

    private static string Whole(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));
}
