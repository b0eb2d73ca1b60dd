using Preservation.Catalogue.Model;

namespace Preservation.Workflow.TimeStamping;

/// <summary>How one file is proven, told step by step.</summary>
/// <param name="Path">The file, in its package.</param>
/// <param name="Version">The package version that brought it.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Sha512">Lower-case hex.</param>
/// <param name="Covered">A token that counts is over it. Otherwise the steps tell how far it has come.</param>
/// <param name="RecordBytes">Length of the evidence record (RFC 4998, DER); null while it is not covered.</param>
/// <param name="Chains">Chains of the record: one more than there were hash-tree renewals; 0 while it is not covered.</param>
/// <param name="Steps">In the order in which one rests on the other.</param>
public sealed record EvidenceTraceView(
    string Path, int Version, string Sha256, string Sha512, bool Covered, int? RecordBytes, int Chains, IReadOnlyList<EvidenceTraceStep> Steps);

/// <summary>What happened.</summary>
public enum EvidenceStepKind
{
    /// <summary>The file came into the archive.</summary>
    File,

    /// <summary>A hash tree took its digest as a leaf.</summary>
    Tree,

    /// <summary>An authority time-stamped the root of the tree.</summary>
    Token,

    /// <summary>A time-stamp renewal: a tree took the digest of the token before as a leaf (RFC 4998 §5.2).</summary>
    TokenTree,

    /// <summary>A hash-tree renewal: a tree by another function took the file's digest together with that of the chains so far (RFC 4998 §5.2).</summary>
    NewTree,
}

/// <summary>One step.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Kind">What happened.</param>
/// <param name="At">When: preserved, tree closed, time that the token states (asked for, while there is none).</param>
/// <param name="RestsOn">Numbers of the steps that it covers.</param>
/// <param name="Tree">The tree, when it is one.</param>
/// <param name="Token">The token, when it is one.</param>
public sealed record EvidenceTraceStep(int Number, EvidenceStepKind Kind, DateTimeOffset At, IReadOnlyList<int> RestsOn, TraceTree? Tree, TraceToken? Token);

/// <summary>A hash tree on the way.</summary>
/// <param name="Batch">Its name.</param>
/// <param name="Algorithm">Its function.</param>
/// <param name="Leaves">Number of its leaves.</param>
/// <param name="Place">Place of the leaf, from 1.</param>
/// <param name="Leaf">The leaf, lower-case hex.</param>
/// <param name="Neighbours">Digests that lead from the leaf to the root.</param>
/// <param name="Root">The root, lower-case hex.</param>
public sealed record TraceTree(Guid Batch, string Algorithm, int Leaves, int Place, string Leaf, int Neighbours, string Root);

/// <summary>A token on the way.</summary>
/// <param name="Id">Its name here.</param>
/// <param name="Authority">Who was asked; null before anybody was.</param>
/// <param name="State">Only what is proven counts.</param>
/// <param name="Time">The time it states.</param>
/// <param name="Serial">Its number at the authority.</param>
/// <param name="Policy">The authority's policy, an OID.</param>
/// <param name="Algorithms">What the token and its chain rest on.</param>
/// <param name="CertificatesEndAt">The earliest end of the certificates above it.</param>
/// <param name="ProvenAt">When everything about it had been checked.</param>
/// <param name="InRecord">The record goes through it; others over the same root are second proofs.</param>
/// <param name="Development">A development authority made it: worthless outside tests.</param>
public sealed record TraceToken(
    Guid Id, string? Authority, TokenState State, DateTimeOffset? Time, string? Serial, string? Policy, IReadOnlyList<string> Algorithms, DateTimeOffset? CertificatesEndAt, DateTimeOffset? ProvenAt,
    bool InRecord, bool Development);
