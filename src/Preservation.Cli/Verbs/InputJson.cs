using System.Text.Json;
using System.Text.Json.Serialization;
using Preservation.Packages.Dip;

namespace Preservation.Cli.Verbs;

/// <summary>What people hand over as JSON, read by code made at build time. A member that is not known is refused, so that a slip of the pen is not passed over.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(DipRequest))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class InputJson : JsonSerializerContext;
