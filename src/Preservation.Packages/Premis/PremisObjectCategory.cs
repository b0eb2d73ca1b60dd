namespace Preservation.Packages.Premis;

/// <summary>The four kinds of PREMIS 3.0 objects; in XML the <c>xsi:type</c> of <c>object</c>.</summary>
public enum PremisObjectCategory
{
    /// <summary>The thing meant, whatever carries it.</summary>
    IntellectualEntity,

    /// <summary>The files that together render it.</summary>
    Representation,

    /// <summary>One file.</summary>
    File,

    /// <summary>Bits inside a file.</summary>
    Bitstream,
}
