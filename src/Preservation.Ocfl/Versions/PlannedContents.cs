using System.Collections;

namespace Preservation.Ocfl.Versions;

/// <summary>The contents a new version adds, by content path: of files with equal bytes one, told by a bit.</summary>
internal sealed class PlannedContents : IReadOnlyCollection<PlannedContent>
{
    private readonly PlannedState _state;
    private readonly BitArray _isTaken;
    private readonly string _folder;

    internal PlannedContents(PlannedState state, string folder) => (_state, _folder, _isTaken) = (state, folder, new BitArray(state.Count));

    public int Count { get; private set; }

    /// <summary>The content at this path; null when the version does not add it.</summary>
    public PlannedContent? Find(string contentPath)
    {
        ArgumentNullException.ThrowIfNull(contentPath);
        if (!contentPath.StartsWith(_folder, StringComparison.Ordinal)) return null;
        return _state.Find(contentPath[_folder.Length..]) is >= 0 and var number && _isTaken[number] ? Of(PlannedState.FileOf(_state.ByNumber().Get(number))) : null;
    }

    public IEnumerator<PlannedContent> GetEnumerator()
    {
        var reader = _state.InOrder();
        for (var i = 0; i < _state.Count; i++)
            if (_isTaken[i]) yield return Of(PlannedState.FileOf(reader.Get(i)));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal string PathOf(string logicalPath) => _folder + logicalPath;

    internal void Take(int number)
    {
        _isTaken[number] = true;
        Count++;
    }

    internal bool Has(int number) => _isTaken[number];

    private PlannedContent Of(PlannedFile file) => new(PathOf(file.LogicalPath), file.LogicalPath, file.Bytes, file.Sha512);
}
