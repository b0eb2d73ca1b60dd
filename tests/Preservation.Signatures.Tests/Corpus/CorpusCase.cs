using Preservation.Core.Digests;
using Preservation.Testing;

namespace Preservation.Signatures.Tests.Corpus;

/// <summary>One row of the signature corpus' MANIFEST.csv.</summary>
internal sealed record CorpusCase(
    string Id, string Format, string File, IReadOnlyList<string> Data, IReadOnlyList<Digest> Digests, string Expected, string Disputed,
    string TimeStamps = "", string Extra = "")
{
    public static IReadOnlyList<CorpusCase> Read() => [.. ReadTable("signatures/MANIFEST.csv").Select(From)];

    /// <summary>The rows of a CSV file of the corpus by their column names.</summary>
    public static IReadOnlyList<Dictionary<string, string>> ReadTable(string path)
    {
        var lines = System.IO.File.ReadLines(SharedFiles.Corpus(path)).Select(Split).ToList();
        var header = lines[0];
        return [.. lines.Skip(1).Select(l => header.Zip(l).ToDictionary(p => p.First, p => p.Second))];
    }

    public static SignedFile Open(string path)
    {
        var full = SharedFiles.Corpus("signatures/" + path);
        return new SignedFile(path, new FileInfo(full).Length, _ => Task.FromResult<Stream>(System.IO.File.OpenRead(full)));
    }

    private static CorpusCase From(Dictionary<string, string> row) => new(
        row["case_id"], row["format"], row["file"], row["data_files"].Split(';', StringSplitOptions.RemoveEmptyEntries),
        [.. row["data_digests"].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(ReadDigest).OfType<Digest>()],
        row["expected"], row["disputed"], row["timestamps"], row["extra_expected"]);

    private static Digest? ReadDigest(string text)
    {
        var (name, value) = (text[..text.IndexOf(':', StringComparison.Ordinal)], text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        return DigestAlgorithm.Find(name) is { } algorithm ? new Digest(algorithm, [.. Convert.FromBase64String(value)]) : null;
    }

    private static List<string> Split(string line)
    {
        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"') field.Append(line[i++]);
            else if (line[i] == '"') quoted = !quoted;
            else if (line[i] == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else field.Append(line[i]);
        }
        fields.Add(field.ToString());
        return fields;
    }
}
