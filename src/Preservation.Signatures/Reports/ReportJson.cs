using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Preservation.Core.Findings;

namespace Preservation.Signatures.Reports;

/// <summary>How reports are written and read: code made at build time, so that a program compiled ahead of time needs no reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(VerificationReport))]
[JsonSerializable(typeof(AnchorReport))]
[JsonSerializable(typeof(ImmutableArray<Finding>))]
internal sealed partial class ReportJson : JsonSerializerContext;
