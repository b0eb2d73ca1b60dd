namespace Preservation.Signatures.TrustLists;

/// <summary>Namespaces and identifiers of ETSI TS 119 612.</summary>
internal static class TrustListNames
{
    public const string List = "http://uri.etsi.org/02231/v2#";
    public const string AdditionalTypes = "http://uri.etsi.org/02231/v2/additionaltypes#";
    public const string Qualifications = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#";
    private const string ServiceTypes = "uri.etsi.org/TrstSvc/Svctype/";

    // §5.5.4 and, for the time before Regulation (EU) No 910/2014, annex D: statuses in which the scheme vouches for the service.
    private static readonly string[] Believed =
        ["granted", "recognisedatnationallevel", "setbynationallaw", "undersupervision", "supervisionincessation", "accredited"];

    /// <summary>Does the scheme vouch for a service of this status.</summary>
    public static bool IsBelieved(string status) => status.Contains("uri.etsi.org/TrstSvc/", StringComparison.Ordinal) && Believed.Contains(status[(status.LastIndexOf('/') + 1)..]);

    /// <summary>Authorities that issue certificates to those who sign (§5.5.1.1: CA/QC, CA/PKC).</summary>
    public static bool IsAuthority(string type) => After(type) is "CA/QC" or "CA/PKC";

    /// <summary>Time-stamping authorities (§5.5.1.1: TSA/QTST, TSA and its kinds).</summary>
    public static bool IsTimeStamping(string type) => After(type) is "TSA" || After(type).StartsWith("TSA/", StringComparison.Ordinal);

    /// <summary>§5.5.9.4: a service that is vouched for web sites alone says nothing of signatures.</summary>
    public static bool AllowsSignatures(IEnumerable<string> additional)
    {
        var uses = additional.Select(a => a[(a.LastIndexOf('/') + 1)..]).Where(a => a.StartsWith("For", StringComparison.Ordinal)).ToList();
        return uses.Count == 0 || uses.Exists(u => u is "ForeSignatures" or "ForeSeals");
    }

    private static string After(string type)
    {
        var at = type.IndexOf(ServiceTypes, StringComparison.Ordinal);
        return at < 0 ? "" : type[(at + ServiceTypes.Length)..].TrimEnd('/');
    }
}
