using System.CommandLine;
using Preservation.Core.Digests;
using Preservation.Evidence;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Validation;

namespace Preservation.Cli.Verbs;

/// <summary><c>verify FILE [--content FILE]... [--digest SHA256:BASE64]... [--trust PATH]... [--crl PATH]... [--ocsp PATH]... [--at TIME] [--policy FILE]</c>.</summary>
internal static class Verify
{
    public static Command Command()
    {
        var file = new Argument<string>("FILE") { Description = "a file or s3://bucket/key" };
        var contents = new Option<string[]>("--content") { Description = "what a detached signature or an evidence record is over" };
        var digests = new Option<string[]>("--digest") { Description = "SHA256:BASE64 of the content, when it is not at hand; the n-th of each function are of one content" };
        var trust = new Option<string[]>("--trust") { Description = "what ends a path: a certificate, a trusted list (ETSI TS 119 612), or a folder of them with anchors.json and list-signers" };
        var crls = new Option<string[]>("--crl") { Description = "revocation lists: a file or a folder" };
        var ocsp = new Option<string[]>("--ocsp") { Description = "OCSP responses: a file or a folder" };
        var at = new Option<DateTimeOffset?>("--at") { Description = "judge as of this time" };
        var rules = new Option<string?>("--policy") { Description = "validation policy in the form of schemas/policies; etsi and vn-tt41-2017 when not given" };
        var json = new Option<bool>("--json");
        var command = new Command("verify", "verifies every signature in or beside a file; never touches the network") { file, contents, digests, trust, crls, ocsp, at, rules, json };
        command.SetAction(async (parsed, token) =>
        {
            var (known, named) = Digests(parsed.GetValue(digests) ?? []);
            var now = parsed.GetValue(at) ?? TimeProvider.System.GetUtcNow();
            var anchors = TrustAnchors.Load(parsed.GetValue(trust) ?? []);
            var policy = new VerificationPolicy
            {
                TrustAnchors = anchors,
                Crls = [.. await MaterialFiles.ReadAsync(parsed.GetValue(crls), MaterialFiles.Lists, token)],
                OcspResponses = [.. await MaterialFiles.ReadAsync(parsed.GetValue(ocsp), MaterialFiles.Responses, token)],
                Digests = [.. known],
                NamedDigests = [.. named],
            };
            if (parsed.GetValue(rules) is { } chosen) policy = policy with { Validations = [ValidationPolicy.Load(await File.ReadAllBytesAsync(chosen, token))] };
            var signed = await SignedAsync(parsed.GetRequiredValue(file), token);
            var covered = await Task.WhenAll((parsed.GetValue(contents) ?? []).Select(c => SignedAsync(c, token)));
            var report = await EvidenceVerification.VerifyAsync(signed, covered, policy, now, token);
            report = report with { Findings = [.. report.Findings, .. anchors.FindingsAt(now)] };
            Console.Out.WriteLine(report.ToJson());
            return ExitOf(report, parsed.GetValue(trust) is { Length: > 0 });
        });
        return command;
    }

    private static async Task<SignedFile> SignedAsync(string path, CancellationToken cancellationToken)
    {
        var (bytes, open) = await PackageSource.FileAsync(path, cancellationToken);
        return new SignedFile(path, bytes, open);
    }

    private static (List<Digest> Known, List<NamedDigest> Named) Digests(IEnumerable<string> texts)
    {
        var (known, named) = (new List<Digest>(), new List<NamedDigest>());
        foreach (var text in texts)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var bytes = new byte[Digest.MaxBytes + 3];
            if (colon < 0 || !Convert.TryFromBase64String(text[(colon + 1)..], bytes, out var length)) throw new InvalidDataException($"no digest: {text}");
            if (DigestAlgorithm.Find(text[..colon]) is { } algorithm && algorithm.LengthBytes == length) known.Add(new Digest(algorithm, [.. bytes[..length]]));
            else if (NamedDigest.TryCreate(text[..colon], bytes.AsSpan(0, length), out var digest)) named.Add(digest);
            else throw new InvalidDataException($"no digest: {text}");
        }
        return (known, named);
    }

    /// <summary>The exit codes of contracts.md.</summary>
    private static int ExitOf(VerificationReport report, bool isTrustAsked) => report.Outcome switch
    {
        VerificationOutcome.ErValid or VerificationOutcome.ErValidStruct when isTrustAsked
            && report.Evidence.SelectMany(e => e.Timestamps).Any(t => t.Indication != Indication.TotalPassed) => ExitCodes.AtFault,
        VerificationOutcome.NoSignature or VerificationOutcome.Unsupported or VerificationOutcome.ErNoData => ExitCodes.NotJudged,
        VerificationOutcome.Intact when isTrustAsked && !report.Signatures.IsEmpty && report.Signatures.Any(s => s.Indication != Indication.TotalPassed) => ExitCodes.AtFault,
        VerificationOutcome.Intact or VerificationOutcome.ErValid or VerificationOutcome.ErValidStruct => ExitCodes.Well,
        _ => ExitCodes.AtFault,
    };
}
