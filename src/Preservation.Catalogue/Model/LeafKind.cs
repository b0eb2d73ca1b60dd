namespace Preservation.Catalogue.Model;

/// <summary>What a digest in a batch is of.</summary>
public enum LeafKind
{
    /// <summary>A file of a package.</summary>
    File,

    /// <summary>An inventory of a package version.</summary>
    Inventory,

    /// <summary>A head of the audit log.</summary>
    AuditHead,

    /// <summary>A receipt.</summary>
    Receipt,

    /// <summary>Validation material of signatures.</summary>
    Material,

    /// <summary>A file of a frozen document: its id and the file's name, with a slash between them.</summary>
    Document,

    /// <summary>An inventory of an object with verdicts that were made again.</summary>
    Verdict,

    /// <summary>An earlier token; the subject is its id.</summary>
    TimeStamp,

    /// <summary>A content that an earlier leaf covers, digested anew; kind and subject of that leaf, with a colon between them.</summary>
    Rehash,
}
