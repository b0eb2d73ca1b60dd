using System.CommandLine;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Ocfl.Validation;

namespace Preservation.Cli.Verbs;

/// <summary><c>rules [CODE]</c>: prints rules with their texts.</summary>
internal static class Rules
{
    public static Command Command()
    {
        var code = new Argument<string?>("CODE") { Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("rules", "prints the rules that packages and signatures are held to") { code };
        command.SetAction(parsed =>
        {
            var wanted = parsed.GetValue(code);
            var rules = ArchiveRules.All.Concat(Packages.PackageRules.All).Concat(Packages.Tt05.Tt05Rules.All).Concat(Packages.Tt05.Lists.Tt05ListRules.All).Concat(Packages.Dip.DipRules.All).Concat(OcflRules.All)
                .Concat(Signatures.SignatureRules.All).Concat(Signatures.Reports.ConclusionRules.All).Concat(Signatures.TrustLists.TrustListRules.All)
                .Where(r => wanted is null || r.Code.Equals(wanted, StringComparison.OrdinalIgnoreCase)).OrderBy(r => r.Code, StringComparer.Ordinal).ToList();
            foreach (var rule in rules) Write(rule);
            return rules.Count > 0 ? ExitCodes.Well : ExitCodes.NotJudged;
        });
        return command;
    }

    private static void Write(Rule rule)
    {
        Console.Out.WriteLine($"{rule.Code}  {rule.Severity.ToString().ToLowerInvariant()}  {rule.Clause}");
        Console.Out.WriteLine($"  en  {rule.Message.En}  → {rule.Hint.En}");
        Console.Out.WriteLine($"  vi  {rule.Message.Vi}  → {rule.Hint.Vi}");
    }
}
