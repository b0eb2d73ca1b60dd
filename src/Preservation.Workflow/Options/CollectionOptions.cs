using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>Fetching what a later verifier of signatures will need: chains, revocation lists, OCSP responses. Nothing is fetched from a host that is not listed.</summary>
public sealed class CollectionOptions
{
    /// <summary>Hosts that may be asked: <c>crl.example.gov.vn</c>, <c>*.example.gov.vn</c> for all below. Empty: nothing is fetched.</summary>
    public IList<string> Hosts { get; } = [];

    /// <summary>
    /// Addresses of trusted lists (ETSI TS 119 612), fetched as often as revocation lists; a list of lists before those it vouches for. Their hosts stand in
    /// <see cref="Hosts"/>, those who may sign them in <c>list-signers</c> of the anchors' folder.
    /// </summary>
    public IList<string> TrustedLists { get; } = [];

    /// <summary>True lets listed hosts lie on private, link-local or loopback addresses.</summary>
    public bool PrivateAddresses { get; set; }

    /// <summary>Folder into which people put certificates, lists, trusted lists (<c>*.xml *.xtsl</c>) and responses that were fetched elsewhere; files are read at every <see cref="RetryEvery"/> and left where they are.</summary>
    public string DropFolder { get; set; } = "";

    /// <summary>Largest answer in bytes.</summary>
    [Range(1 << 10, 1 << 30)] public int MaxBytes { get; set; } = 100 << 20;

    /// <summary>Longest time for one answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest time that fetching may take from one submission; what is not there by then is fetched later.</summary>
    public TimeSpan Budget { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often every known revocation list is fetched, needed or not: authorities drop certificates from their lists once these have ended.</summary>
    public TimeSpan HarvestEvery { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often what could not be had is asked for again.</summary>
    public TimeSpan RetryEvery { get; set; } = TimeSpan.FromMinutes(15);
}
