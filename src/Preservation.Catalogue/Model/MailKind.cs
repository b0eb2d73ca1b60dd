namespace Preservation.Catalogue.Model;

/// <summary>What a mail is.</summary>
public enum MailKind
{
    /// <summary>The mail of the day.</summary>
    Digest,

    /// <summary>What is urgent or was given to the person, gathered.</summary>
    AtOnce,
}
