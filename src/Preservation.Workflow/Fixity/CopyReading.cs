using Preservation.Catalogue.Model;
using Preservation.Core.Digests;

namespace Preservation.Workflow.Fixity;

/// <summary>What the reading of a copy came to. Of keys that are as they must be, and known to be, only the number and the bytes are kept: a copy may have a million.</summary>
internal sealed class CopyReading(PackageCopy copy)
{
    private readonly List<KeyReading> _bads = [];
    private readonly List<KeyReading> _mended = [];
    private readonly List<(byte[] Sha512, Digest Digest)> _digests = [];

    /// <summary>The copy as it was when it was claimed.</summary>
    public PackageCopy Copy { get; } = copy;

    /// <summary>Keys it has.</summary>
    public int Keys { get; private set; }

    /// <summary>Of them, those that were read to their end.</summary>
    public int Files { get; private set; }

    /// <summary>Bytes that were read.</summary>
    public long Bytes { get; private set; }

    /// <summary>Keys that are not as they must be, or could not be read.</summary>
    public IReadOnlyList<KeyReading> Bads => _bads;

    /// <summary>Keys that are as they must be while something else is written of them.</summary>
    public IReadOnlyList<KeyReading> Mended => _mended;

    /// <summary>Digests by further functions of what is as it must be.</summary>
    public IReadOnlyList<(byte[] Sha512, Digest Digest)> Digests => _digests;

    /// <summary>Some of it is being restored from an archive tier: nothing is said of the copy before all of it can be read.</summary>
    public bool IsWaking => _bads.Exists(r => r.IsWaking);

    /// <summary>It was good and is.</summary>
    public bool IsUnchanged => Copy.State == CopyState.Good && _bads.Count == 0 && _mended.Count == 0;

    /// <summary>Adds a key of the copy.</summary>
    public void Add(KeyReading reading)
    {
        Keys++;
        if (reading.ObservedBytes is { } bytes)
        {
            Files++;
            Bytes += bytes;
        }
        if (reading.Outcome != FixityOutcome.Ok) _bads.Add(reading);
        else if (reading.Key.State != CopyState.Good || reading.Key.LastResult != FixityOutcome.Ok) _mended.Add(reading);
        foreach (var digest in reading.More) _digests.Add((reading.Key.Sha512, digest));
    }
}
