using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Preservation.Core.Findings;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Cli.Verbs;

/// <summary>
/// <c>path END_ENTITY [--intermediate PATH]... --trust PATH... [--crl PATH]... [--ocsp PATH]... [--policy-oid OID]... [--explicit-policy]
/// [--inhibit-any-policy] [--inhibit-policy-mapping] [--at TIME]</c>.
/// </summary>
internal static class PathVerb
{
    private const int MaxChecks = 2_000;

    public static Command Command()
    {
        var file = new Argument<string>("END_ENTITY") { Description = "the certificate, PEM or DER" };
        var intermediates = new Option<string[]>("--intermediate") { Description = "certificates that may stand between: a file (PEM or DER, several in a PEM) or a folder" };
        var trust = new Option<string[]>("--trust") { Description = "what ends a path: a certificate, a trusted list (ETSI TS 119 612), or a folder of them with anchors.json and list-signers", Required = true };
        var crls = new Option<string[]>("--crl") { Description = "revocation lists, also indirect and delta: a file or a folder" };
        var ocsp = new Option<string[]>("--ocsp") { Description = "OCSP responses: a file or a folder" };
        var policies = new Option<string[]>("--policy-oid") { Description = "a certificate policy that the path must have one of" };
        var explicitPolicy = new Option<bool>("--explicit-policy") { Description = "the path must have a policy" };
        var inhibitAny = new Option<bool>("--inhibit-any-policy") { Description = "anyPolicy stands for no policy" };
        var inhibitMapping = new Option<bool>("--inhibit-policy-mapping") { Description = "no policy stands for another" };
        var at = new Option<DateTimeOffset?>("--at") { Description = "judge as of this time" };
        var json = new Option<bool>("--json");
        policies.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!IsOid(token.Value)) result.AddError($"no object identifier: {token.Value}");
        });
        var command = new Command("path", "validates a certificate path (RFC 5280); never touches the network")
        {
            file, intermediates, trust, crls, ocsp, policies, explicitPolicy, inhibitAny, inhibitMapping, at, json,
        };
        command.SetAction(async (parsed, token) =>
        {
            var now = parsed.GetValue(at) ?? TimeProvider.System.GetUtcNow();
            var request = new PathRequest
            {
                TrustAnchors = TrustAnchors.Load(parsed.GetRequiredValue(trust)),
                Intermediates = [.. await MaterialFiles.ReadAsync(parsed.GetValue(intermediates), MaterialFiles.Certificates, token)],
                Crls = [.. await MaterialFiles.ReadAsync(parsed.GetValue(crls), MaterialFiles.Lists, token)],
                OcspResponses = [.. await MaterialFiles.ReadAsync(parsed.GetValue(ocsp), MaterialFiles.Responses, token)],
                Policies = [.. parsed.GetValue(policies) ?? []],
                ExplicitPolicy = parsed.GetValue(explicitPolicy),
                InhibitAnyPolicy = parsed.GetValue(inhibitAny),
                InhibitPolicyMapping = parsed.GetValue(inhibitMapping),
                Limits = SignatureLimits.Default with { MaxPathChecks = MaxChecks },
            };
            var target = await MaterialFiles.ReadAsync([parsed.GetRequiredValue(file)], MaterialFiles.Certificates, token);
            if (target is not [var endEntity]) throw new InvalidDataException("the end entity is one certificate in one file");
            var report = CertificatePath.Validate(endEntity, request, now);
            Write(report, request.TrustAnchors.FindingsAt(now));
            return report.Outcome switch
            {
                PathOutcome.PathValid => ExitCodes.Well,
                PathOutcome.PathInvalid => ExitCodes.AtFault,
                _ => ExitCodes.NotJudged,
            };
        });
        return command;
    }

    private static void Write(PathReport report, ImmutableArray<Finding> findings) => Output.WriteJson(json =>
    {
        json.WriteString("outcome", JsonNamingPolicy.SnakeCaseUpper.ConvertName(report.Outcome.ToString()));
        json.WriteString("reason", report.Reason);
        json.WriteStartArray("path");
        foreach (var certificate in report.Path)
        {
            json.WriteStartObject();
            json.WriteString("subject", certificate.Subject);
            json.WriteString("issuer", certificate.Issuer);
            json.WriteString("serialNumber", certificate.SerialNumber);
            json.WriteString("notBefore", certificate.NotBefore);
            json.WriteString("notAfter", certificate.NotAfter);
            json.WriteString("sha256", certificate.Sha256);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WritePropertyName("anchor");
        JsonSerializer.Serialize(json, report.Anchor, VerificationReport.JsonOptions.GetTypeInfo(typeof(AnchorReport)));
        Output.WriteFindings(json, findings);
    });

    private static bool IsOid(string text) =>
        text.Split('.') is { Length: >= 2 } arcs && arcs.All(a => a.Length > 0 && a.All(char.IsAsciiDigit) && (a.Length == 1 || a[0] != '0'));
}
