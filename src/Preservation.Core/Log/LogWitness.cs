using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Preservation.Core.Log;

/// <summary>
/// What one receipt saw of the audit log: the head of that moment, the subtrees it is made of, and the text of the receipt's own entry. Receipts of before
/// carry the head alone; they witness as well that something was changed, and tell less of where.
/// </summary>
public sealed record LogWitness
{
    private LogWitness()
    {
    }

    /// <summary>What the receipt is called by who holds it: a file's name.</summary>
    public required string Name { get; init; }

    /// <summary>The receipt's id.</summary>
    public Guid? Receipt { get; private init; }

    /// <summary>The submission it is about.</summary>
    public Guid? Submission { get; private init; }

    /// <summary>What it states, as it writes it: <c>bytesReceived</c>, <c>preserved</c>.</summary>
    public string? Kind { get; private init; }

    /// <summary>When it was issued, as it says.</summary>
    public DateTimeOffset? IssuedAt { get; private init; }

    /// <summary>Entries the sealed log had; 0 when it saw none.</summary>
    public long TreeSize { get; private init; }

    /// <summary>The head over them.</summary>
    public ImmutableArray<byte> Head { get; private init; }

    /// <summary>Roots of the complete subtrees under the head, largest first (RFC 9162 §2.1.2); empty where the receipt does not say.</summary>
    public ImmutableArray<ImmutableArray<byte>> Frontier { get; private init; } = [];

    /// <summary>Id of the receipt's own entry; its place is not known yet when the receipt is written.</summary>
    public long? Entry { get; private init; }

    /// <summary>That entry's text.</summary>
    public string? EntryText { get; private init; }

    /// <summary>The leaf hash of that text; empty without an entry.</summary>
    public ImmutableArray<byte> EntryLeaf { get; private init; } = [];

    /// <summary>SHA-256 of the public key that was to seal it, in hexadecimal; null in receipts of before.</summary>
    public string? SealKey { get; private init; }

    /// <summary>True when it saw nothing of the log: such a receipt is no witness.</summary>
    public bool IsBlind => TreeSize == 0 && Entry is null;

    /// <summary>Reads a receipt.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="receipt">Its bytes.</param>
    /// <exception cref="InvalidDataException">It is no receipt, or what it says of the log does not fit together.</exception>
    public static LogWitness Read(string name, ReadOnlyMemory<byte> receipt)
    {
        try
        {
            using var document = JsonDocument.Parse(receipt);
            return Of(name, document.RootElement);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{name} is no receipt: {e.Message}", e);
        }
    }

    private static LogWitness Of(string name, JsonElement receipt)
    {
        if (receipt.ValueKind != JsonValueKind.Object || !receipt.TryGetProperty("receipt", out var id)) throw new InvalidDataException($"{name} is no receipt");
        var witness = new LogWitness
        {
            Name = name, Receipt = id.GetGuid(), Submission = Optional(receipt, "submission")?.GetGuid(), Kind = Optional(receipt, "kind")?.GetString(), IssuedAt = Optional(receipt, "issuedAt")?.GetDateTimeOffset(),
            Head = MerkleLog.Head([]), SealKey = Optional(receipt, "sealKey")?.GetString(),
        };
        if (Optional(receipt, "auditLog") is { } log) witness = witness with { TreeSize = log.GetProperty("treeSize").GetInt64(), Head = Hash(log.GetProperty("head")), Frontier = [.. Hashes(log)] };
        if (Optional(receipt, "logEntry") is { } entry)
        {
            var text = entry.GetProperty("skeleton").GetString()!;
            witness = witness with { Entry = entry.GetProperty("id").GetInt64(), EntryText = text, EntryLeaf = MerkleLog.LeafHash(Encoding.UTF8.GetBytes(text)) };
        }
        return witness.Checked(Optional(receipt, "logEntry") is { } stated ? Hash(stated.GetProperty("leafHash")) : []);
    }

    private LogWitness Checked(ImmutableArray<byte> statedLeaf)
    {
        if (TreeSize < 0) throw new InvalidDataException($"{Name}: the log had less than nothing");
        if (Entry is { } id && (!EntryLeaf.AsSpan().SequenceEqual(statedLeaf.AsSpan()) || !EntryText!.StartsWith(id.ToString(CultureInfo.InvariantCulture) + "|", StringComparison.Ordinal)))
            throw new InvalidDataException($"{Name}: the entry that it names is not the one it describes");
        if (!Frontier.IsEmpty && (Frontier.Length != long.PopCount(TreeSize) || !MerkleLog.Join(Frontier).AsSpan().SequenceEqual(Head.AsSpan())))
            throw new InvalidDataException($"{Name}: the head of the log is not above the subtrees that it names");
        return this;
    }

    private static JsonElement? Optional(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static IEnumerable<ImmutableArray<byte>> Hashes(JsonElement log) => Optional(log, "frontier") is { } list ? list.EnumerateArray().Select(Hash) : [];

    private static ImmutableArray<byte> Hash(JsonElement hex)
    {
        var hash = Convert.FromHexString(hex.GetString() ?? "");
        return hash.Length == MerkleAccumulator.HashBytes ? [.. hash] : throw new FormatException("a hash has 32 bytes");
    }
}
