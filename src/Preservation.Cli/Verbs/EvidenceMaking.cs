using System.Text.Json;
using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Evidence;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.Renewal;
using Preservation.Evidence.TimeStamps;
using Preservation.Evidence.Verification;
using Preservation.Evidence.Xml;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Cli.Verbs;

/// <summary>What <c>evidence create</c> and <c>evidence renew</c> do. No record is written that does not verify, and none is half written.</summary>
internal static class EvidenceMaking
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<int> CreateAsync(
        string[] files, Uri authority, string folder, DigestAlgorithm algorithm, bool asXml, bool asJson, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var targets = files.Select(f => Path.Join(folder, Path.GetFileName(f) + (asXml ? ".ers.xml" : ".ers"))).ToArray();
        if (targets.FirstOrDefault(File.Exists) is { } taken) throw new IOException($"{taken} exists: evidence is renewed, not replaced");
        var leaves = new Digest[files.Length];
        for (var i = 0; i < files.Length; i++) leaves[i] = asXml ? await XmlRecordWriter.DigestAsync(Signed(files[i]), algorithm, cancellationToken) : await DigestAsync(files[i], algorithm, cancellationToken);
        var tree = HashTree.Build(algorithm, leaves);
        var stamp = await AskAsync(authority, tree.Root, cancellationToken);
        var records = new byte[files.Length][];
        for (var i = 0; i < files.Length; i++)
        {
            records[i] = [.. asXml ? XmlRecordWriter.Initial(tree, i, stamp.Encoded) : EvidenceRecordWriter.Initial(tree, i, stamp.Encoded)];
            var reading = EvidenceRecordReader.Read(records[i], EvidenceLimits.Default, targets[i]);
            var report = reading.Record is { } record
                ? EvidenceRecordVerification.Verify(record, [ProtectedObject.Of(files[i], [leaves[i]])], new VerificationPolicy(), TimeProvider.System.GetUtcNow(), targets[i]) : reading.ToReport();
            if (report.Outcome != VerificationOutcome.ErValid) return Refused(report, asJson, json => json.WriteStartArray("records"), json => json.WriteEndArray());
        }
        var token = Path.Join(folder, $"token-{tree.Root.Hex[..16]}.tst");
        await WriteAsync(token, stamp.Encoded, cancellationToken);
        for (var i = 0; i < files.Length; i++) await WriteAsync(targets[i], records[i], cancellationToken);
        if (!asJson)
        {
            foreach (var target in targets) Console.Out.WriteLine(target);
            return ExitCodes.Well;
        }
        Output.WriteJson(json =>
        {
            json.WriteStartArray("records");
            foreach (var (file, target) in files.Zip(targets))
            {
                json.WriteStartObject();
                json.WriteString("file", file);
                json.WriteString("record", target);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteString("token", token);
        });
        return ExitCodes.Well;
    }

    public static async Task<int> RenewAsync(
        string path, Uri authority, DigestAlgorithm? algorithm, string[] contents, string? target, bool asJson, CancellationToken cancellationToken)
    {
        var reading = await EvidenceVerification.ReadRecordAsync(Signed(path), EvidenceLimits.Default, cancellationToken);
        if (reading.Record is not { } record) return Refused(reading.ToReport(), asJson, json => json.WriteNull("record"));
        var data = new List<ProtectedObject>();
        foreach (var content in contents) data.Add(await ProtectedObject.ReadAsync(Signed(content), record, algorithm, cancellationToken));
        var policy = new VerificationPolicy();
        if (algorithm is null && data.Count > 0)
        {
            var known = EvidenceRecordVerification.Verify(record, data, policy, TimeProvider.System.GetUtcNow(), path);
            if (known.Outcome != VerificationOutcome.ErValid) return Refused(known, asJson, json => json.WriteNull("record"));
        }
        var renewal = algorithm is null
            ? EvidenceRenewal.PrepareTimeStamp(record, policy, TimeProvider.System.GetUtcNow(), path)
            : EvidenceRenewal.PrepareHashTree(record, algorithm, data, policy, TimeProvider.System.GetUtcNow(), path);
        if (renewal.Leaf is not { } leaf) return Refused(renewal.Report, asJson, json => json.WriteNull("record"));
        var stamp = await AskAsync(authority, leaf, cancellationToken);
        var (renewed, report) = renewal.Complete(stamp.Encoded, TimeProvider.System.GetUtcNow());
        if (renewed is not { } bytes) return Refused(report, asJson, json => json.WriteNull("record"));
        await WriteAsync(target ?? path, bytes.AsMemory(), cancellationToken);
        if (asJson) Output.WriteJson(json => json.WriteString("record", target ?? path));
        else Console.Out.WriteLine(target ?? path);
        return ExitCodes.Well;
    }

    // Whom to trust is the verifier's question; that the token is sound and over what was asked is ours.
    private static async Task<TimeStampToken> AskAsync(Uri authority, Digest imprint, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
        var response = await new TimeStampClient(http).RequestAsync(authority, TimeStampRequest.Create(imprint), cancellationToken);
        var token = response.Token!;
        var report = token.Verify(imprint, new VerificationPolicy(), TimeProvider.System.GetUtcNow(), "token");
        if (report.Cryptographic != VerificationOutcome.Intact)
            throw new TimeStampRefusedException($"{authority} answered a token that does not verify: {string.Join(", ", report.Findings.Select(f => f.Rule.Code))}");
        return token;
    }

    private static int Refused(EvidenceReport report, bool asJson, params Action<Utf8JsonWriter>[] first)
    {
        if (!asJson) Output.WriteLines(report.Findings);
        else
            Output.WriteJson(json =>
            {
                foreach (var write in first) write(json);
                json.WriteString("outcome", JsonNamingPolicy.SnakeCaseUpper.ConvertName(report.Outcome.ToString()));
                Output.WriteFindings(json, report.Findings.Concat(report.Timestamps.SelectMany(t => t.Findings)).Where(f => f.Rule.Severity != Severity.Info));
            });
        return report.Outcome is VerificationOutcome.Unsupported or VerificationOutcome.ErNoData or VerificationOutcome.ErValid or VerificationOutcome.ErValidStruct
            ? ExitCodes.NotJudged : ExitCodes.AtFault;
    }

    private static async Task<Digest> DigestAsync(string path, DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return (await StreamDigest.ComputeAsync(stream, [algorithm], cancellationToken)).Find(algorithm)!;
    }

    private static SignedFile Signed(string path) => new(path, new FileInfo(path).Length,
        _ => Task.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)));

    // Beside its place first, then in it: whoever looks finds the old record or the new one.
    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var draft = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            await using (var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
            {
                await stream.WriteAsync(bytes, cancellationToken);
                stream.Flush(flushToDisk: true);
            }
            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
