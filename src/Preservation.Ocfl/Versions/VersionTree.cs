using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Validation;

namespace Preservation.Ocfl.Versions;

/// <summary>One version of an object as it shows itself: its logical paths, each with the content that the inventory names (OCFL §3.5.3).</summary>
public sealed class VersionTree : IFileTree
{
    private readonly IFileTree _object;
    private readonly FileIndex _contents;
    private readonly FileIndex _state;
    private readonly int[] _contentOf;

    private VersionTree(IFileTree inner, FileIndex contents, FileIndex state, int[] contentOf, string id, string version) =>
        (_object, _contents, _state, _contentOf, RootName, Version) = (inner, contents, state, contentOf, id, version);

    /// <summary>The object's identifier: in its logical state there is no other name for what holds everything.</summary>
    public string RootName { get; }

    /// <summary>The version shown, as its folder is named.</summary>
    public string Version { get; }

    /// <summary>
    /// Reads the object's root inventory. The tree is null when the inventory has errors, or the object no such version; contents are not
    /// judged here. The object's tree stays the caller's.
    /// </summary>
    /// <param name="tree">The object.</param>
    /// <param name="version"><c>v3</c>; null for the head.</param>
    /// <param name="limits">Bounds on what is read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="IOException">The surroundings failed. This says nothing about the object.</exception>
    public static async Task<(VersionTree? Tree, IReadOnlyList<Finding> Findings)> OpenAsync(IFileTree tree, string? version, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(limits);
        var log = new FindingLog(limits);
        var index = await tree.IndexAsync(limits, cancellationToken).ConfigureAwait(false);
        var files = new ObjectFiles(tree, index, "");
        var declared = await Declaration.OfObjectAsync(files, log, cancellationToken).ConfigureAwait(false);
        if (!files.HasFile(Sidecar.InventoryName)) log.Add("E063", Sidecar.InventoryName);
        else if (await InventoryFile.ReadAsync(files, "", declared ?? OcflVersion.V11, OcflOptions.Default with { Limits = limits }, log, cancellationToken).ConfigureAwait(false) is { Document: var document } inventory)
        {
            await inventory.CheckSidecarAsync(files, log, cancellationToken).ConfigureAwait(false);
            InventoryRules.Check(document, Sidecar.InventoryName, declared ?? OcflVersion.V11, log);
            var shown = document.Versions?.Find(v => v.Name == (version ?? document.Head));
            if (shown is null) log.Add("E010", "", version ?? document.Head);
            if (shown is not null && !log.ToList().Exists(f => f.Rule.Severity == Severity.Error)) return (Of(tree, index, files, document, shown, log, limits), log.ToList());
        }
        return (null, log.ToList());
    }

    /// <inheritdoc/>
    public Task<FileIndex> IndexAsync(Limits limits, CancellationToken cancellationToken) => Task.FromResult(_state);

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) => _object.OpenAsync(ContentOf(path), cancellationToken);

    /// <inheritdoc/>
    public Task<ContentDigests> DigestAsync(string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken) =>
        _object.DigestAsync(ContentOf(path), algorithms, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static VersionTree Of(IFileTree tree, FileIndex index, ObjectFiles files, InventoryDocument document, VersionDocument shown, FindingLog log, Limits limits)
    {
        var contents = new Dictionary<int, int>();
        foreach (var (digest, path) in document.Manifest!.Pairs)
            if (files.FindFile(document.Texts.Paths[path]) is >= 0 and var file) contents[document.Texts.Lower(digest)] = file;
            else log.Add("E092", document.Texts.Paths[path], found: "no file");
        var (judge, contentOf) = (new ArchiveJudge(limits), new List<int>());
        foreach (var (digest, path) in shown.State!.Pairs)
            if (contents.TryGetValue(document.Texts.Lower(digest), out var file) && judge.Look(new FileEntry(document.Texts.Paths[path], index.BytesOf(file), EntryKind.File)) >= 0)
                contentOf.Add(file);
        return new VersionTree(tree, index, judge.ToIndex(isArchive: false), [.. contentOf], document.Id!, shown.Name);
    }

    private string ContentOf(string path) => _state.FindFile(path) is >= 0 and var number ? _contents.PathOf(_contentOf[number]) : throw new FileNotFoundException("the version shows no such file", path);
}
