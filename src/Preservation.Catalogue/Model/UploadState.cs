namespace Preservation.Catalogue.Model;

/// <summary>How an upload stands.</summary>
public enum UploadState
{
    /// <summary>Bytes may come, or all have come and no submission was made of them yet.</summary>
    Open,

    /// <summary>A submission was made of it.</summary>
    Taken,

    /// <summary>Its sender gave it up.</summary>
    Terminated,

    /// <summary>Nothing came for too long.</summary>
    Expired,

    /// <summary>Staging has fewer bytes than were proven: it must be sent again.</summary>
    Lost,
}
