using System.CommandLine;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Ocfl.Validation;
using Preservation.Ocfl.Versions;
using Preservation.Packages;

namespace Preservation.Cli.Verbs;

/// <summary><c>check PATH [--as KIND [--version vN]] [--json]</c>: validates a package and tells every finding.</summary>
internal static class Check
{
    public static Command Command()
    {
        var path = new Argument<string>("PATH") { Description = "folder, .zip, .tar, .tar.gz or s3://bucket/prefix (by AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)" };
        var kind = new Option<string?>("--as") { Description = "bagit, eark, tt05, ocfl-object or ocfl-root; found out when not given" };
        kind.AcceptOnlyFromAmong("bagit", "eark", "tt05", "ocfl-object", "ocfl-root");
        var version = new Option<string?>("--version") { Description = "with --as eark or tt05 on an OCFL object: the version (v2) whose logical state is judged; the head when not given" };
        var schemas = new Option<string?>("--schemas") { Description = "folder with the official schemas of METS, PREMIS and what they import; E-ARK packages are held against them too" };
        var json = new Option<bool>("--json") { Description = "one JSON document on standard output" };
        var command = new Command("check", "validates a package") { path, kind, version, schemas, json };
        command.SetAction((parsed, token) => RunAsync(parsed.GetRequiredValue(path), parsed.GetValue(kind), parsed.GetValue(version), parsed.GetValue(schemas), parsed.GetValue(json), token));
        return command;
    }

    private static async Task<int> RunAsync(string path, string? asKind, string? version, string? schemas, bool json, CancellationToken cancellationToken)
    {
        var (tree, archiveFindings) = await PackageSource.OpenAsync(path, cancellationToken);
        if (tree is null) return Write(path, asKind, null, archiveFindings, 0, 0, json, isJudged: asKind is not null);
        await using (tree)
        {
            var kind = asKind ?? await DetectOcflAsync(tree, cancellationToken);
            if (kind?.StartsWith("ocfl-", StringComparison.Ordinal) == true) return await CheckOcflAsync(path, kind, tree, archiveFindings, json, cancellationToken);
            if (kind is not ("eark" or "tt05") || await DetectOcflAsync(tree, cancellationToken) != "ocfl-object") return await CheckPackageAsync(path, kind, tree, archiveFindings, schemas, json, cancellationToken);
            var (state, findings) = await VersionTree.OpenAsync(tree, version, Limits.Default, cancellationToken);
            if (state is null) return Write(path, kind, null, findings, 0, 0, json, isJudged: true);
            return await CheckPackageAsync(path, kind, state, [.. archiveFindings, .. (await tree.IndexAsync(Limits.Default, cancellationToken)).Findings, .. findings.Where(f => f.Rule.Severity == Severity.Error)], schemas, json, cancellationToken);
        }
    }

    private static async Task<int> CheckPackageAsync(
        string path, string? kind, IFileTree tree, IReadOnlyList<Finding> before, string? schemas, bool json, CancellationToken cancellationToken)
    {
        var report = await PackageCheck.CheckAsync(tree, PackageKinds.Parse(kind), Packages.Tt05.Tt05CheckOptions.Default, await SchemasAsync(schemas, cancellationToken), Limits.Default, cancellationToken);
        var findings = before.Concat(report.Findings).Distinct().ToList();
        return Write(path, report.Kind is { } k ? PackageKinds.Name(k) : null, report.Version, findings, report.Files, report.Bytes, json, isJudged: report.Kind is not null);
    }

    private static async Task<OfficialSchemas?> SchemasAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null) return null;
        await using var folder = new FolderTree(path);
        return await OfficialSchemas.LoadAsync(folder, Limits.Default, cancellationToken);
    }

    private static async Task<int> CheckOcflAsync(
        string path, string kind, IFileTree tree, IReadOnlyList<Finding> archiveFindings, bool json, CancellationToken cancellationToken)
    {
        var report = kind == "ocfl-root"
            ? await OcflValidator.ValidateStorageRootAsync(tree, OcflOptions.Default, cancellationToken)
            : await OcflValidator.ValidateObjectAsync(tree, OcflOptions.Default, cancellationToken);
        var index = await tree.IndexAsync(Limits.Default, cancellationToken);
        return Write(path, kind, null, [.. archiveFindings.Concat(index.Findings).Concat(report.Findings).Distinct()], index.Files, index.TotalBytes, json, isJudged: true);
    }

    private static async Task<string?> DetectOcflAsync(IFileTree tree, CancellationToken cancellationToken)
    {
        var index = await tree.IndexAsync(Limits.Default, cancellationToken);
        if (index.Under("0=ocfl_object_").Any()) return "ocfl-object";
        return index.Under("0=ocfl_").Any() ? "ocfl-root" : null;
    }

    private static int Write(string path, string? kind, string? version, IReadOnlyList<Finding> findings, long files, long bytes, bool json, bool isJudged)
    {
        var isValid = isJudged && !findings.Any(f => f.Rule.Severity == Severity.Error);
        if (json) Output.WriteJson(document =>
        {
            document.WriteString("path", path);
            document.WriteString("kind", kind);
            document.WriteString("version", version);
            document.WriteBoolean("valid", isValid);
            Output.WriteFindings(document, findings);
            document.WriteNumber("files", files);
            document.WriteNumber("bytes", bytes);
        });
        else
        {
            Output.WriteLines(findings);
            Console.Out.WriteLine($"{path}: {(isJudged ? kind : "unknown kind")}, {(isValid ? "valid" : "NOT valid")}, {files} files, {bytes} bytes, "
                + $"{findings.Count(f => f.Rule.Severity == Severity.Error)} errors, {findings.Count(f => f.Rule.Severity == Severity.Warning)} warnings");
        }
        return !isJudged ? ExitCodes.NotJudged : isValid ? ExitCodes.Well : ExitCodes.AtFault;
    }
}
