using Microsoft.VisualBasic.FileIO;
using Preservation.Core.Digests;
using Preservation.Signatures;
using Preservation.Testing;

namespace Preservation.Evidence.Tests.Corpus;

/// <summary>One row of the signature corpus' MANIFEST.csv.</summary>
internal sealed record EvidenceCase(
    string Id, string Format, string File, IReadOnlyList<string> Data, IReadOnlyList<Digest> Digests, IReadOnlyList<NamedDigest> NamedDigests, string Expected, string Disputed)
{
    public static IReadOnlyList<EvidenceCase> Read()
    {
        using var parser = new TextFieldParser(SharedFiles.Corpus("signatures/MANIFEST.csv")) { HasFieldsEnclosedInQuotes = true };
        parser.SetDelimiters(",");
        var header = parser.ReadFields()!;
        var rows = new List<EvidenceCase>();
        while (parser.ReadFields() is { } fields) rows.Add(From(header.Zip(fields).ToDictionary(p => p.First, p => p.Second)));
        return rows;
    }

    public static SignedFile Open(string path)
    {
        var full = SharedFiles.Corpus("signatures/" + path);
        return new SignedFile(path, new FileInfo(full).Length, _ => Task.FromResult<Stream>(System.IO.File.OpenRead(full)));
    }

    public VerificationPolicy Policy => new() { Digests = [.. Digests], NamedDigests = [.. NamedDigests] };

    private static EvidenceCase From(Dictionary<string, string> row)
    {
        var digests = row["data_digests"].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(d => d.Split(':', 2)).Select(d => (Name: d[0], Value: Convert.FromBase64String(d[1]))).ToList();
        return new EvidenceCase(
            row["case_id"], row["format"], row["file"], row["data_files"].Split(';', StringSplitOptions.RemoveEmptyEntries),
            [.. digests.Where(d => DigestAlgorithm.Find(d.Name) is not null).Select(d => new Digest(DigestAlgorithm.Find(d.Name)!, [.. d.Value]))],
            [.. digests.Where(d => DigestAlgorithm.Find(d.Name) is null).Select(d => NamedDigest.TryCreate(d.Name, d.Value, out var named) ? named : throw new InvalidDataException(d.Name))],
            row["expected"], row["disputed"]);
    }
}
