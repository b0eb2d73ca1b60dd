using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Preservation.Core.Log;

namespace Preservation.Testing.Log;

/// <summary>An audit log and receipts that saw it, without a server.</summary>
public sealed class SampleLog
{
    /// <summary>When the log begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Texts of the entries in their order.</summary>
    public List<string> Entries { get; } = [];

    /// <summary>Sizes that the log was sealed at.</summary>
    public List<long> Heads { get; } = [];

    /// <summary>Leaf hashes that the log states although its texts do not have them.</summary>
    public Dictionary<int, ImmutableArray<byte>> StatedLeaves { get; } = [];

    /// <summary>A log of so many entries, the first with id 1.</summary>
    public static SampleLog Of(int entries)
    {
        var log = new SampleLog();
        for (var i = 0; i < entries; i++) log.Entries.Add(Text(i + 1));
        return log;
    }

    /// <summary>The text of an entry.</summary>
    public static string Text(long id, string action = "submission.receive") =>
        string.Create(CultureInfo.InvariantCulture, $"{id}|{Start.AddSeconds(id):yyyy-MM-ddTHH:mm:ss.ffffffZ}|||{action}|submission|{id:x32}|{id:x64}");

    /// <summary>Leaf hashes of the first entries.</summary>
    public ImmutableArray<byte>[] Leaves(int size) => [.. Entries.Take(size).Select(e => MerkleLog.LeafHash(Encoding.UTF8.GetBytes(e)))];

    /// <summary>A receipt as the service writes it, that saw so many entries; its own entry is added to the log now.</summary>
    public byte[] Receipt(int size, string? sealKey = null)
    {
        var id = Entries.Count + 1;
        Entries.Add(Text(id, "receipt.issued"));
        var leaf = MerkleLog.LeafHash(Encoding.UTF8.GetBytes(Entries[^1]));
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            receipt = Guid.NewGuid(), kind = "bytesReceived", issuedAt = Start.AddSeconds(id), submission = Guid.NewGuid(), auditLog = size == 0 ? null : Seen(size, hasFrontier: true),
            logEntry = new { id, skeleton = Entries[^1], leafHash = Convert.ToHexStringLower(leaf.AsSpan()) }, sealKey,
        });
    }

    /// <summary>A receipt of before: it names the head alone.</summary>
    public byte[] OldReceipt(int size) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        receipt = Guid.NewGuid(), kind = "preserved", issuedAt = Start.AddSeconds(size), submission = Guid.NewGuid(), auditLog = Seen(size, hasFrontier: false),
    });

    /// <summary>The log as a file.</summary>
    public byte[] Export(DateTimeOffset? at = null, bool isWhole = true)
    {
        var text = new StringBuilder();
        var head = Hex(MerkleLog.Head(Leaves(Entries.Count)));
        text.Append(CultureInfo.InvariantCulture, $"{{\"log\":\"preservation-audit\",\"version\":1,\"exportedAt\":\"{at ?? Start.AddDays(1):O}\",\"whole\":{(isWhole ? "true" : "false")},\"treeSize\":{Entries.Count},\"head\":\"{head}\"}}\n");
        var leaves = Leaves(Entries.Count);
        for (var i = 0; i < Entries.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"n\":{i},\"leaf\":\"{Hex(StatedLeaves.GetValueOrDefault(i, leaves[i]))}\"{(isWhole ? $",\"entry\":{JsonSerializer.Serialize(Entries[i])}" : "")}}}\n");
            if (Heads.Contains(i + 1)) text.Append(CultureInfo.InvariantCulture, $"{{\"size\":{i + 1},\"head\":\"{Hex(MerkleLog.Head(leaves.AsSpan(0, i + 1)))}\"}}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"{{\"end\":{Entries.Count}}}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private object Seen(int size, bool hasFrontier)
    {
        var leaves = Leaves(size);
        var frontier = MerkleLog.Subtrees(0, size).Select(s => Hex(MerkleLog.Head(leaves.AsSpan((int)(s.Number << s.Height), 1 << s.Height))));
        return new { treeSize = size, head = Hex(MerkleLog.Head(leaves)), sealedAt = Start.AddSeconds(size), frontier = hasFrontier ? frontier : null };
    }

    private static string Hex(ImmutableArray<byte> hash) => Convert.ToHexStringLower(hash.AsSpan());
}
