namespace Preservation.Catalogue.Model;

/// <summary>How often a person wants mail.</summary>
public enum MailFrequency
{
    /// <summary>Never.</summary>
    Off,

    /// <summary>One digest a day, when there is something new or due.</summary>
    Daily,

    /// <summary>The digest, and soon what is urgent or was given to the person.</summary>
    AtOnce,
}
