using Preservation.Core.Digests;

namespace Preservation.Evidence.HashTrees;

/// <summary>Takes the leaves of a tree one by one and gives its root and the pages above the leaves; it holds a page a row and what becomes of full ones.</summary>
/// <param name="algorithm">The function of leaves, nodes and root.</param>
public sealed class HashTreePageWriter(DigestAlgorithm algorithm)
{
    private readonly List<List<Digest>> _open = [];
    private readonly List<int> _numbers = [];
    private readonly List<(int Height, int Page, byte[] Nodes)> _pages = [];

    /// <summary>Number of leaves so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a leaf.</summary>
    /// <exception cref="ArgumentException">It is of another algorithm.</exception>
    public void Add(Digest leaf)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        if (leaf.Algorithm != algorithm) throw new ArgumentException($"the leaf is no {algorithm} digest", nameof(leaf));
        Count++;
        Add(0, leaf);
    }

    /// <summary>The tree's root, and every page above the leaves.</summary>
    /// <exception cref="InvalidOperationException">There is no leaf.</exception>
    public (Digest Root, IReadOnlyList<(int Height, int Page, byte[] Nodes)> Pages) Close()
    {
        if (Count == 0) throw new InvalidOperationException("a tree has at least one leaf");
        for (var row = 0; ; row++)
        {
            // A row that came to a single page is the last one: the page's root is the tree's.
            if (_numbers[row] == 0) return (Keep(row), _pages);
            if (_open[row].Count > 0) Add(row + 1, Keep(row));
        }
    }

    private void Add(int row, Digest node)
    {
        if (_open.Count == row)
        {
            _open.Add([]);
            _numbers.Add(0);
        }
        if (_open[row].Count == HashTreePages.PageNodes) Add(row + 1, Keep(row));
        _open[row].Add(node);
    }

    private Digest Keep(int row)
    {
        var nodes = _open[row];
        if (row > 0) _pages.Add((row * HashTreePages.Rows, _numbers[row], [.. nodes.SelectMany(n => n.Bytes)]));
        _numbers[row]++;
        var root = HashTree.Build(algorithm, nodes).Root;
        _open[row] = [];
        return root;
    }
}
