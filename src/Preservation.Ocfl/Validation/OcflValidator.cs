using Preservation.Core.Files;

namespace Preservation.Ocfl.Validation;

/// <summary>
/// Validates OCFL 1.0 and 1.1 objects and storage roots. Every fault is reported, with the specification's code; each content
/// is read once. What binds software and not files is never reported: E022, E027, E028, E062, E068, E074, E087, E091, E098 and W012.
/// </summary>
public static class OcflValidator
{
    /// <summary>Validates the tree as one object.</summary>
    /// <exception cref="IOException">The tree could not be read. This says nothing about the object.</exception>
    public static async Task<OcflReport> ValidateObjectAsync(IFileTree tree, OcflOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(options);
        var log = new FindingLog(options.Limits);
        // A folder is listed and its paths are sorted while its inventory is read.
        var listing = Task.Run(async () => (await tree.IndexAsync(options.Limits, cancellationToken).ConfigureAwait(false)).Sorted(), cancellationToken);
        var ahead = tree is FolderTree folder ? await InventoryFile.ReadAheadAsync(folder, options, cancellationToken).ConfigureAwait(false) : null;
        var index = await listing.ConfigureAwait(false);
        var expectations = new ContentExpectations(index);
        var validator = new ObjectValidator(new ObjectFiles(tree, index, ""), expectations, options, log, ahead);
        await validator.GatherAsync(cancellationToken).ConfigureAwait(false);
        // What is said of contents is known from here on: they are read while the rest is looked at.
        var contents = options.ChecksContent ? expectations.CheckAsync(tree, options, log, cancellationToken) : Task.CompletedTask;
        await Task.WhenAll(contents, validator.CheckAsync(cancellationToken)).ConfigureAwait(false);
        return new OcflReport(log.ToList(), 1);
    }

    /// <summary>Validates the tree as a storage root with every object in it; findings of an object have paths relative to that object, led by its root.</summary>
    /// <exception cref="IOException">The tree could not be read. This says nothing about the objects.</exception>
    public static async Task<OcflReport> ValidateStorageRootAsync(IFileTree tree, OcflOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(options);
        var log = new FindingLog(options.Limits);
        var objects = await new StorageRootValidator(tree, await tree.IndexAsync(options.Limits, cancellationToken).ConfigureAwait(false), options, log).ValidateAsync(cancellationToken).ConfigureAwait(false);
        return new OcflReport(log.ToList(), objects);
    }
}
