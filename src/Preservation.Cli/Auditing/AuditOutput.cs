using System.Globalization;
using System.Text.Json;
using Preservation.Core.Log;

namespace Preservation.Cli.Auditing;

/// <summary>Says what <c>audit</c> found, to scripts and to people.</summary>
internal static class AuditOutput
{
    public static void WriteJson(LogVerdict verdict, string source, IReadOnlyList<ReceiptFile> receipts) => Output.WriteJson(json =>
    {
        Boolean(json, "consistent", verdict.IsConsistent);
        Difference(json, "firstDifference", verdict.First);
        json.WriteStartObject("log");
        json.WriteString("source", source);
        json.WriteNumber("size", verdict.Size);
        json.WriteString("head", Convert.ToHexStringLower(verdict.Head.AsSpan()));
        json.WriteString("at", verdict.ExportedAt);
        json.WriteEndObject();
        json.WriteStartArray("receipts");
        foreach (var receipt in receipts) Receipt(json, receipt, verdict.Witnesses.FirstOrDefault(w => w.Witness == receipt.Witness));
        json.WriteEndArray();
    });

    public static void WriteText(LogVerdict verdict, IReadOnlyList<ReceiptFile> receipts)
    {
        var language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        foreach (var receipt in receipts)
        {
            Console.Out.WriteLine($"{receipt.Path}: {AuditTexts.Of(verdict.Witnesses.FirstOrDefault(w => w.Witness == receipt.Witness)).In(language)}");
            Console.Out.WriteLine($"        {AuditTexts.Of(receipt.Seal).In(language)}");
        }
        Console.Out.WriteLine(AuditTexts.Of(verdict).In(language));
        if (verdict.First is { } first) Console.Out.WriteLine(AuditTexts.Of(first).In(language));
    }

    private static void Receipt(Utf8JsonWriter json, ReceiptFile receipt, WitnessVerdict? verdict)
    {
        json.WriteStartObject();
        json.WriteString("path", receipt.Path);
        json.WriteString("receipt", receipt.Witness.Receipt!.Value);
        json.WriteNumber("treeSize", receipt.Witness.TreeSize);
        Boolean(json, "consistent", verdict?.Outcome switch { WitnessOutcome.Consistent or WitnessOutcome.NotYetSealed => true, WitnessOutcome.Inconsistent => false, _ => null });
        json.WriteString("outcome", verdict is null ? "sealBroken" : Word(verdict.Outcome.ToString()));
        Number(json, "proven", verdict?.Proven);
        Number(json, "entry", receipt.Witness.Entry);
        Number(json, "sequence", verdict?.Sequence);
        json.WriteStartObject("seal");
        json.WriteString("state", Word(receipt.Seal.State.ToString()));
        json.WriteString("key", receipt.Seal.Key);
        if (receipt.Seal.Proof is { } proof)
        {
            json.WriteStartObject("proof");
            json.WriteString("kind", proof.Kind);
            json.WriteString("time", proof.Time);
            json.WriteString("receipt", proof.Receipt);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        Difference(json, "difference", verdict?.Difference);
        json.WriteEndObject();
    }

    private static void Difference(Utf8JsonWriter json, string name, LogDifference? difference)
    {
        if (difference is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteString("kind", Word(difference.Kind.ToString()));
        json.WriteBoolean("exact", difference.IsExact);
        json.WriteNumber("from", difference.From);
        json.WriteNumber("until", difference.Until);
        Number(json, "entry", difference.Entry);
        json.WriteString("witness", difference.Witness);
        var text = AuditTexts.Of(difference);
        json.WriteStartObject("message");
        json.WriteString("en", text.En);
        json.WriteString("vi", text.Vi);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Boolean(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } known) json.WriteBoolean(name, known);
        else json.WriteNull(name);
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }

    private static string Word(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
