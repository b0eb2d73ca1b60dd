namespace Preservation.Signatures.Reports;

/// <summary>Main status indication of ETSI EN 319 102-1 §5.1.3.</summary>
public enum Indication
{
    /// <summary>Everything the policy asks for was checked and holds.</summary>
    TotalPassed,

    /// <summary>What is at hand neither proves nor refutes the signature.</summary>
    Indeterminate,

    /// <summary>The signature is wrong.</summary>
    TotalFailed,
}
