using System.Globalization;
using System.Text;
using Preservation.Core.Digests;

namespace Preservation.Packages.BagIt;

/// <summary>Reads the tag files of a bag line by line; every line that is not as the RFC says becomes a finding.</summary>
internal sealed class BagTagFiles(PackageFiles files, BagDeclaration declaration)
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>Hands over digest and path of each sound line of a manifest, both as written.</summary>
    public Task ManifestAsync(string path, DigestAlgorithm? algorithm, Action<int, ReadOnlyMemory<char>, string> use, CancellationToken cancellationToken) =>
        ForEachLineAsync(path, (number, line) =>
        {
            if (line.Length == 0) return;
            var end = line.AsSpan().IndexOfAny(' ', '\t');
            var start = end;
            while (start >= 0 && start < line.Length && line[start] is ' ' or '\t') start++;
            Span<byte> value = stackalloc byte[Digest.MaxBytes];
            if (end <= 0 || start >= line.Length || (algorithm is not null && !Digest.TryDecode(algorithm, line.AsSpan(0, end), value)))
                Bad("BAGIT-MANIFEST-LINE", path, number, "digest, blank, path");
            else use(number, line.AsMemory(0, end), line[start..]);
        }, cancellationToken);

    /// <summary>Hands over the path of each sound line of <c>fetch.txt</c>, as written.</summary>
    public Task FetchAsync(string path, Action<int, string> use, CancellationToken cancellationToken) =>
        ForEachLineAsync(path, (number, line) =>
        {
            if (line.Length == 0) return;
            var parts = line.Split(Blanks, 3, StringSplitOptions.RemoveEmptyEntries);
            var isLength = parts.Length == 3 && (parts[1] == "-" || parts[1].All(char.IsAsciiDigit));
            if (!isLength || !Uri.TryCreate(parts[0], UriKind.Absolute, out _)) Bad("BAGIT-FETCH-LINE", path, number, "URL, length, path");
            else use(number, parts[2].TrimStart(Blanks));
        }, cancellationToken);

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
