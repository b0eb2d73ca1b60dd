using System.CommandLine;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Cli.Verbs;

/// <summary><c>manifest PATH</c>: streams every file once and prints its digests, one line a file.</summary>
internal static class ManifestVerb
{
    public static Command Command()
    {
        var path = new Argument<string>("PATH");
        var command = new Command("manifest", "prints SHA-256, SHA-512, length and path of every file") { path };
        command.SetAction((parsed, token) => RunAsync(parsed.GetRequiredValue(path), token));
        return command;
    }

    private static async Task<int> RunAsync(string path, CancellationToken cancellationToken)
    {
        var (tree, findings) = await PackageSource.OpenAsync(path, cancellationToken);
        if (tree is null)
        {
            Output.WriteLines(findings);
            return ExitCodes.NotJudged;
        }
        await using (tree)
        {
            var entries = new List<FileEntry>();
            await foreach (var entry in tree.ListAsync(cancellationToken))
                if (entry.Kind == EntryKind.File) entries.Add(entry);
            foreach (var entry in entries.OrderBy(e => e.Path, StringComparer.Ordinal))
            {
                var digests = await tree.DigestAsync(entry.Path, [DigestAlgorithm.Sha256, DigestAlgorithm.Sha512], cancellationToken);
                Console.Out.WriteLine($"{digests[DigestAlgorithm.Sha256].Hex}  {digests[DigestAlgorithm.Sha512].Hex}  {digests.Bytes}  {entry.Path}");
            }
        }
        return ExitCodes.Well;
    }
}
