using Preservation.Catalogue.Model;

namespace Preservation.Workflow.TimeStamping;

/// <summary>One archive time-stamp of a record, and where the catalogue has it.</summary>
/// <param name="Chain">The leaf that began its chain.</param>
/// <param name="Batch">The tree.</param>
/// <param name="Ordinal">The leaf of the tree that the record goes through, from 0.</param>
/// <param name="Token">The token over the tree.</param>
internal sealed record RecordLink(EvidenceLeaf Chain, Guid Batch, int Ordinal, EvidenceToken Token);
