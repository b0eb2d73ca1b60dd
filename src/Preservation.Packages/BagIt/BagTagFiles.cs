using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Packages.BagIt;

/// <summary>Reads the tag files of a bag line by line; every line that is not as the RFC says becomes a finding.</summary>
internal sealed partial class BagTagFiles(PackageFiles files, BagDeclaration declaration)
{
    /// <summary>Bytes of the longest bag-info.txt that is read: it is meant for people.</summary>
    public const int MaxInfoBytes = 16 << 20;

    private static readonly char[] Blanks = [' ', '\t'];
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Hands over digest and path of each sound line of a manifest, both as written.</summary>
    public Task ManifestAsync(string path, DigestAlgorithm? algorithm, Action<int, ReadOnlyMemory<char>, string> use, CancellationToken cancellationToken) =>
        ForEachLineAsync(path, (number, line) =>
        {
            if (line.Length == 0) return;
            var end = line.AsSpan().IndexOfAny(' ', '\t');
            var start = end;
            while (start >= 0 && start < line.Length && line[start] is ' ' or '\t') start++;
            if (end <= 0 || start >= line.Length || !IsDigest(algorithm, line.AsSpan(0, end))) Bad("BAGIT-MANIFEST-LINE", path, number, "digest, blank, path");
            else use(number, line.AsMemory(0, end), line[start..]);
        }, cancellationToken);

    /// <summary>Hands over the length, -1 when it is not said, and the path of each sound line of <c>fetch.txt</c>, as written.</summary>
    public Task FetchAsync(string path, Action<int, long, string> use, CancellationToken cancellationToken) =>
        ForEachLineAsync(path, (number, line) =>
        {
            if (line.Length == 0) return;
            var parts = line.Split(Blanks, 3, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 3 || !AbsoluteUri().IsMatch(parts[0]) || !(parts[1] == "-" || parts[1].All(char.IsAsciiDigit))) Bad("BAGIT-FETCH-LINE", path, number, "URL, length, path");
            else use(number, parts[1] == "-" ? -1 : long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : long.MaxValue, parts[2].TrimStart(Blanks));
        }, cancellationToken);

    /// <summary>The metadata elements in their order.</summary>
    public async Task<List<KeyValuePair<string, string>>> InfoAsync(string path, CancellationToken cancellationToken)
    {
        var fields = new List<KeyValuePair<string, string>>();
        if (files.Index.BytesOf(files.Index.FindFile(path)) is > MaxInfoBytes and var bytes)
        {
            files.Findings.Add(ArchiveRules.MetadataBytes, path, Text(MaxInfoBytes), Text(bytes));
            return fields;
        }
        var last = new StringBuilder();
        await ForEachLineAsync(path, (number, line) =>
        {
            if (string.IsNullOrWhiteSpace(line)) return;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line[0] is ' ' or '\t' && fields.Count > 0)
            {
                last.Append(' ').Append(line.AsSpan().Trim());
                return;
            }
            Finish();
            if (colon <= 0 || (declaration.IsVersion1 && !IsExact(line, colon))) Bad("BAGIT-INFO-LINE", path, number, "Label: value");
            if (colon <= 0) return;
            fields.Add(new(line[..colon].Trim(), ""));
            last.Append(line.AsSpan(colon + 1).Trim());
        }, cancellationToken).ConfigureAwait(false);
        Finish();
        return fields;

        void Finish()
        {
            if (fields.Count > 0 && last.Length > 0) fields[^1] = new(fields[^1].Key, last.ToString());
            last.Clear();
        }
    }

    // No blank around the label, and one after the colon: since 1.0 (§2.2.2).
    private static bool IsExact(string line, int colon) =>
        line[0] is not (' ' or '\t') && line[colon - 1] is not (' ' or '\t') && colon + 1 < line.Length && line[colon + 1] is ' ' or '\t';

    private static bool IsDigest(DigestAlgorithm? algorithm, ReadOnlySpan<char> text)
    {
        Span<byte> value = stackalloc byte[Digest.MaxBytes];
        return algorithm is null ? text.Length % 2 == 0 && !text.ContainsAnyExcept(Hexadecimal) : Digest.TryDecode(algorithm, text, value);
    }

    private async Task ForEachLineAsync(string path, Action<int, string> use, CancellationToken cancellationToken)
    {
        var read = await files.ParseAsync(path, async stream =>
        {
            var lines = new TagLines(stream, declaration.Encoding, files.Limits.MaxLineLength);
            try
            {
                for (var number = 1; await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line; number++) use(number, line);
            }
            catch (DecoderFallbackException)
            {
                files.Findings.Add(BagItRules.Get("BAGIT-ENCODING"), path, declaration.Encoding.Name);
            }
            if (lines.HasNeedlessMark) files.Findings.Add(BagItRules.Get("BAGIT-TAG-BOM", declaration.IsVersion1), path, declaration.Encoding.Name);
            if (lines.IsTooLong) files.Findings.Add(ArchiveRules.LineLength, path, Text(files.Limits.MaxLineLength), "> " + Text(files.Limits.MaxLineLength));
            return "";
        }, cancellationToken).ConfigureAwait(false);
        _ = read; // null has become a finding already
    }

    private void Bad(string rule, string path, int number, string expected) =>
        files.Findings.Add(BagItRules.Get(rule, declaration.IsVersion1), path, expected, "line " + Text(number));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$", RegexOptions.CultureInvariant)]
    private static partial Regex AbsoluteUri();
}
