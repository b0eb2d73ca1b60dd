using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Preservation.Signatures;
using Preservation.Signatures.Reports;

namespace Preservation.Workflow.SecondOpinions;

/// <summary>
/// Asks verifiers that are not ours about the cryptography of a file's signatures: <c>openssl cms</c>, <c>xmlsec1</c> and <c>pdfsig</c>, wherever they are
/// installed, as bounded child processes. They judge values and digests alone, trust no certificate and fetch nothing. What one of them cannot judge is
/// told as such: pdfsig leaves document time-stamps out, xmlsec1 looks at the first signature only and follows no manifest.
/// </summary>
public sealed partial class OtherVerifiers
{
    private const string Intact = "INTACT";
    private const string Broken = "BROKEN";
    private const string NotJudged = "NOT_JUDGED";
    private const int KeptChars = 2000;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(60);
    private static readonly string[] XmlIds = ["SignedProperties", "KeyInfo", "Object", "Signature", "SignedInfo", "Manifest", "SignatureProperties"];
    private readonly ConcurrentDictionary<string, Task<string?>> _versions = new(StringComparer.Ordinal);

    /// <summary>The opinion of the verifier for this form; null when there is none for it or none is installed.</summary>
    /// <param name="carrier">The form of the file.</param>
    /// <param name="file">The file, on this machine.</param>
    /// <param name="content">What a detached signature is over; null when it encloses its content.</param>
    /// <param name="ours">Our own verdict.</param>
    /// <param name="cancellationToken">Stops the child process.</param>
    public async Task<Opinion?> AskAsync(SignatureCarrier carrier, string file, string? content, VerificationReport ours, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ours);
        if (ours.Signatures.Any(s => s.Findings.Any(f => f.Rule == SignatureRules.ContentNotUsed))) content = null;
        var (tool, arguments) = carrier switch
        {
            SignatureCarrier.Cms => ("openssl", (string[])["cms", "-verify", "-noverify", "-binary", "-inform", FormOf(file), "-in", file, .. content is null ? (string[])[] : ["-content", content], "-out", "/dev/null"]),
            SignatureCarrier.Xml => ("xmlsec1", (string[])["--verify", "--insecure", "--enabled-reference-uris", "empty,same-doc", .. XmlIds.SelectMany(i => (string[])["--id-attr:Id", i]), file]),
            SignatureCarrier.Pdf => ("pdfsig", (string[])["-nocert", file]),
            _ => ("", []),
        };
        if (tool.Length == 0 || await VersionAsync(tool, cancellationToken) is not { } version) return null;
        var answer = await LimitedProcess.RunAsync(tool, arguments, AtMost, cancellationToken);
        var outcome = answer is { } found ? Judge(carrier, found.Exit, found.Output) : NotJudged;
        return new Opinion(tool, version, outcome, Agrees(outcome, carrier, ours), Tail(answer?.Output ?? ""));
    }

    // openssl reads DER unless it is told of PEM.
    private static string FormOf(string file)
    {
        using var stream = File.OpenRead(file);
        return stream.ReadByte() == '-' ? "PEM" : "DER";
    }

    private static string Judge(SignatureCarrier carrier, int exit, string output)
    {
        if (carrier != SignatureCarrier.Pdf) return exit == 0 ? Intact : IsUnknown(output) ? NotJudged : Broken;
        var verdicts = PdfVerdict().Matches(output).Select(m => m.Groups[1].Value.TrimEnd('.', ' ')).Where(v => !v.Contains("not yet been verified", StringComparison.Ordinal)).ToList();
        if (verdicts.Count == 0 || verdicts.Exists(v => v.StartsWith("Unknown", StringComparison.OrdinalIgnoreCase))) return NotJudged;
        return verdicts.TrueForAll(v => v == "Signature is Valid") ? Intact : Broken;
    }

    // An algorithm or a form it does not know says nothing about the signature.
    private static bool IsUnknown(string output) => Unknown().IsMatch(output);

    private static bool? Agrees(string outcome, SignatureCarrier carrier, VerificationReport ours)
    {
        if (outcome == NotJudged || ours.Signatures.IsEmpty) return null;
        IEnumerable<VerificationOutcome> verdicts = carrier == SignatureCarrier.Xml ? [ours.Signatures[0].Cryptographic] : ours.Signatures.Where(s => !s.Id.Contains('.', StringComparison.Ordinal)).Select(s => s.Cryptographic);
        if (verdicts.Any(v => v == VerificationOutcome.Unsupported)) return null;
        return verdicts.All(v => v == VerificationOutcome.Intact) == (outcome == Intact);
    }

    private async Task<string?> VersionAsync(string tool, CancellationToken cancellationToken)
    {
        var version = _versions.GetOrAdd(tool, t => AskVersionAsync(t));
        return await version.WaitAsync(cancellationToken);
    }

    private static async Task<string?> AskVersionAsync(string tool)
    {
        var answer = await LimitedProcess.RunAsync(tool, [tool == "openssl" ? "version" : tool == "pdfsig" ? "-v" : "--version"], AtMost, CancellationToken.None);
        return answer is { Exit: 0 or 99 } found ? found.Output.Split('\n')[0].Trim() : null;
    }

    private static string Tail(string output) => output.Length <= KeptChars ? output : output[^KeptChars..];

    [GeneratedRegex("Signature Validation: (.*)")]
    private static partial Regex PdfVerdict();

    [GeneratedRegex("unsupported|unknown|not supported|disabled|transform.*is not|href-disabled|uri-type", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Unknown();
}
