namespace Preservation.Workflow.Mail;

/// <summary>What follows from the server's answer.</summary>
internal enum MailFate
{
    /// <summary>The server has it.</summary>
    Taken,

    /// <summary>Not now: this one mail is tried again.</summary>
    Later,

    /// <summary>Never: the server refuses the person's address, or the mail.</summary>
    Refused,

    /// <summary>The server cannot be spoken to now, whoever the mail is for.</summary>
    ServerAway,

    /// <summary>The server refuses us: the configuration needs a person.</summary>
    ServerRefuses,
}
