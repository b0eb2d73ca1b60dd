using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>One time-stamping authority.</summary>
public sealed class TimeStampAuthorityOptions
{
    /// <summary>Its name in the catalogue; never changes.</summary>
    [Required(AllowEmptyStrings = false)] public string Name { get; set; } = "";

    /// <summary>Where it answers.</summary>
    [Required(AllowEmptyStrings = false)] public string Url { get; set; } = "";

    /// <summary>User for HTTP basic authentication; empty: none.</summary>
    public string User { get; set; } = "";

    /// <summary>File with the password, whose first line it is.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Client certificate (PEM) for TLS; empty: none.</summary>
    public string ClientCertificateFile { get; set; } = "";

    /// <summary>Its key (PEM).</summary>
    public string ClientKeyFile { get; set; } = "";

    /// <summary>Certificates (PEM) that the authority's HTTPS certificate must lead to; empty: those the machine trusts.</summary>
    public string TlsAnchorsFile { get; set; } = "";

    /// <summary>Policies under which its tokens are accepted; empty: any.</summary>
    public IList<string> PolicyOids { get; } = [];

    /// <summary>Folder with its trust anchors; empty: <see cref="TimeStampOptions.Anchors"/>.</summary>
    public string Anchors { get; set; } = "";

    /// <summary>Requests a day (UTC); 0: as many as needed.</summary>
    [Range(0, int.MaxValue)] public int QuotaPerDay { get; set; }

    /// <summary>Digest functions it accepts; empty: all.</summary>
    public IList<string> Algorithms { get; } = [];

    /// <summary>Authorities of one group fail together; tokens of one batch come from different groups. Empty: a group of its own.</summary>
    public string Group { get; set; } = "";

    /// <summary>What it fails together with.</summary>
    public string Independence => Group.Length > 0 ? "group " + Group : "authority " + Name;
}
