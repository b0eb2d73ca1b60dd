using System.Globalization;
using System.Text;
using Preservation.Core.Digests;

namespace Preservation.Packages.BagIt;

/// <summary>Reads the tag files of a bag line by line; every line that is not as the RFC says becomes a finding.</summary>
internal sealed class BagTagFiles(PackageFiles files, BagDeclaration declaration)
{
    private static readonly char[] Blanks = [' ', '\t'];

    public async Task<BagManifest> ManifestAsync(string path, CancellationToken cancellationToken)
    {
        var isTag = path.StartsWith("tag", StringComparison.Ordinal);
        var name = path[(path.IndexOf('-', StringComparison.Ordinal) + 1)..^4];
        var algorithm = DigestAlgorithm.Find(name);
        if (algorithm is null) files.Findings.Add(BagItRules.Get("BAGIT-ALGORITHM"), path, null, name);
        var lines = new List<BagManifestLine>();
        await ForEachLineAsync(path, (number, line) =>
        {
            if (line.Length == 0) return;
            var end = line.IndexOfAny(Blanks);
            var start = end;
            while (start >= 0 && start < line.Length && line[start] is ' ' or '\t') start++;
            Digest? digest = null;
            if (end <= 0 || start >= line.Length || (algorithm is not null && !Digest.TryParse(algorithm, line[..end], out digest)))
                Bad("BAGIT-MANIFEST-LINE", path, number, "digest, blank, path");
            else lines.Add(new BagManifestLine(number, digest, line[start..]));
        }, cancellationToken).ConfigureAwait(false);
        return new BagManifest(path, algorithm, isTag, lines);
    }

    public async Task<List<BagFetchLine>> FetchAsync(string path, CancellationToken cancellationToken)
    {
        var lines = new List<BagFetchLine>();
        await ForEachLineAsync(path, (number, line) =>
        {
            if (line.Length == 0) return;
            var parts = line.Split(Blanks, 3, StringSplitOptions.RemoveEmptyEntries);
            var isLength = parts.Length == 3 && (parts[1] == "-" || parts[1].All(char.IsAsciiDigit));
            if (!isLength || !Uri.TryCreate(parts[0], UriKind.Absolute, out _)) Bad("BAGIT-FETCH-LINE", path, number, "URL, length, path");
            else lines.Add(new BagFetchLine(number, parts[2].TrimStart(Blanks)));
        }, cancellationToken).ConfigureAwait(false);
        return lines;
    }

    public async Task<List<KeyValuePair<string, string>>> InfoAsync(string path, CancellationToken cancellationToken)
    {
        var fields = new List<KeyValuePair<string, string>>();
        await ForEachLineAsync(path, (number, line) =>
        {
            if (string.IsNullOrWhiteSpace(line)) return;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line[0] is ' ' or '\t' && fields.Count > 0) fields[^1] = new(fields[^1].Key, fields[^1].Value + " " + line.Trim());
            else if (colon <= 0) Bad(declaration.IsVersion1 ? "BAGIT-INFO-LINE" : "BAGIT-INFO-LINE-OLD", path, number, "Label: value");
            else fields.Add(new(line[..colon].Trim(), line[(colon + 1)..].Trim()));
        }, cancellationToken).ConfigureAwait(false);
        return fields;
    }

    private async Task ForEachLineAsync(string path, Action<int, string> use, CancellationToken cancellationToken)
    {
        var read = await files.ParseAsync(path, async stream =>
        {
            using var reader = new StreamReader(stream, declaration.Encoding, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
            try
            {
                for (var number = 1; await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line; number++) use(number, line);
            }
            catch (DecoderFallbackException)
            {
                files.Findings.Add(BagItRules.Get("BAGIT-ENCODING"), path, declaration.Encoding.WebName);
            }
            return "";
        }, cancellationToken).ConfigureAwait(false);
        _ = read; // null has become a finding already
    }

    private void Bad(string rule, string path, int number, string expected) =>
        files.Findings.Add(BagItRules.Get(rule), path, expected, "line " + number.ToString(CultureInfo.InvariantCulture));
}
