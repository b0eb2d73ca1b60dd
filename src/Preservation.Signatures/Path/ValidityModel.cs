namespace Preservation.Signatures.Path;

/// <summary>At which times the certificates of a path are judged.</summary>
internal enum ValidityModel
{
    /// <summary>All at the judged time (RFC 5280 §6.1).</summary>
    Shell,

    /// <summary>Each when the one below it was issued; only the last at the judged time (validity at signing, Circular 41/2017/TT-BTTTT).</summary>
    Chain,
}
