using System.Text.Json;

namespace Preservation.Server.Tests.Api.Description;

/// <summary>Holds JSON against a schema of an OpenAPI 3.1 document, as far as the document uses schemas; what an object has and its schema does not name is a fault too.</summary>
internal sealed class JsonSchemaCheck(JsonElement document)
{
    private static readonly string[] Understood = ["$ref", "type", "properties", "required", "items", "additionalProperties", "enum", "oneOf", "anyOf", "format", "pattern", "description", "nullable", "default", "minLength", "maxLength"];

    /// <summary>What does not fit, each with its place.</summary>
    public List<string> Faults(JsonElement schema, JsonElement value)
    {
        var faults = new List<string>();
        Check(schema, value, "$", faults);
        return faults;
    }

    private void Check(JsonElement schema, JsonElement value, string at, List<string> faults)
    {
        if (schema.ValueKind != JsonValueKind.Object) return; // true: anything
        foreach (var member in schema.EnumerateObject().Where(m => !Understood.Contains(m.Name))) faults.Add($"{at}: this check does not know '{member.Name}'");
        if (schema.TryGetProperty("$ref", out var reference))
        {
            Check(Find(reference.GetString()!), value, at, faults);
            return;
        }
        foreach (var choice in new[] { "oneOf", "anyOf" })
            if (schema.TryGetProperty(choice, out var choices) && !choices.EnumerateArray().Any(c => Fits(c, value))) faults.Add($"{at}: is none of {choice}");
        if (schema.TryGetProperty("type", out var type) && !Types(type).Any(t => Is(t, value))) faults.Add($"{at}: {value.ValueKind} is not {type}");
        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(w => w.ToString() == value.ToString())) faults.Add($"{at}: {value} is none of {words}");
        if (value.ValueKind == JsonValueKind.Object) CheckMembers(schema, value, at, faults);
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
            foreach (var (item, i) in value.EnumerateArray().Select((item, i) => (item, i))) Check(items, item, $"{at}[{i}]", faults);
    }

    private void CheckMembers(JsonElement schema, JsonElement value, string at, List<string> faults)
    {
        if (schema.TryGetProperty("required", out var required))
            foreach (var name in required.EnumerateArray().Select(n => n.GetString()!).Where(n => !value.TryGetProperty(n, out _))) faults.Add($"{at}: lacks {name}");
        var hasMembers = schema.TryGetProperty("properties", out var members);
        var hasOthers = schema.TryGetProperty("additionalProperties", out var others);
        foreach (var member in value.EnumerateObject())
        {
            if (hasMembers && members.TryGetProperty(member.Name, out var known)) Check(known, member.Value, $"{at}.{member.Name}", faults);
            else if (hasOthers) Check(others, member.Value, $"{at}.{member.Name}", faults);
            else if (hasMembers) faults.Add($"{at}: says nothing of {member.Name}");
        }
    }

    private bool Fits(JsonElement schema, JsonElement value) => Faults(schema, value).Count == 0;

    private JsonElement Find(string reference) => reference.TrimStart('#', '/').Split('/').Aggregate(document, (at, name) => at.GetProperty(name));

    private static IEnumerable<string> Types(JsonElement type) => type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!) : [type.GetString()!];

    private static bool Is(string type, JsonElement value) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "array" => value.ValueKind == JsonValueKind.Array,
        _ => value.ValueKind == JsonValueKind.Object,
    };
}
