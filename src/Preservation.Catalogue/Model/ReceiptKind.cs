namespace Preservation.Catalogue.Model;

/// <summary>What a receipt states.</summary>
public enum ReceiptKind
{
    /// <summary>These bytes arrived and are safe.</summary>
    BytesReceived,

    /// <summary>Refused, with the findings.</summary>
    Rejected,

    /// <summary>The policy's copies are proven.</summary>
    Preserved,

    /// <summary>A TEST submission was checked.</summary>
    Tested,

    /// <summary>A person sent it back.</summary>
    Returned,

    /// <summary>The archive has taken custody: it stands in the minutes of its round.</summary>
    CustodyTaken,
}
