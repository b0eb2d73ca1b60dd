using System.Collections.Immutable;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.TimeStamping;

/// <summary>An evidence record made from the stored trees.</summary>
/// <param name="Origin">The leaf it begins with.</param>
/// <param name="Encoded">The record, RFC 4998, DER.</param>
/// <param name="Tokens">Its tokens, oldest first.</param>
/// <param name="Chains">Number of chains: one more than there were hash-tree renewals.</param>
/// <param name="Stands">By what the catalogue knows each of its tokens stood until the next one, and the last one stands now.</param>
public sealed record BuiltRecord(EvidenceLeaf Origin, ImmutableArray<byte> Encoded, ImmutableArray<EvidenceToken> Tokens, int Chains, bool Stands);
