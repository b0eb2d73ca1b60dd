using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Preservation.Testing.TrustLists;

/// <summary>
/// Writes ETSI TS 119 612 lists and signs them. The text is in canonical form as it stands, so that the octets to sign are known without any canonicalisation.
/// </summary>
public sealed class TestTrustList
{
    public const string Authority = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC";
    public const string TimeStamping = "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST";
    public const string Granted = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted";
    public const string Withdrawn = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn";
    public const string National = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric";
    public const string ListOfLists = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists";
    private const string Signature = "http://www.w3.org/2000/09/xmldsig#";
    private const string Exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    private readonly StringBuilder _services = new();
    private readonly StringBuilder _pointers = new();

    public int Version { get; set; } = 5;
    public long Sequence { get; set; } = 1;
    public string Type { get; set; } = National;
    public string Operator { get; set; } = "Cơ quan quản lý";
    public string Territory { get; set; } = "VN";
    public DateTimeOffset IssuedAt { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public DateTimeOffset? NextUpdate { get; set; } = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A service as it stands, its history (newest first), and its extensions as XML.</summary>
    public TestTrustList Add(X509Certificate2? certificate, string type, string status, DateTimeOffset since, string extensions = "", params (string Status, DateTimeOffset Since)[] history)
    {
        var key = certificate is null ? "<X509SubjectName>CN=A</X509SubjectName>" : $"<X509Certificate>{Convert.ToBase64String(certificate.RawData)}</X509Certificate>";
        _services.Append("<TSPService><ServiceInformation>").Append(Period(type, status, since, key))
            .Append(extensions.Length > 0 ? $"<ServiceInformationExtensions>{extensions}</ServiceInformationExtensions>" : "").Append("</ServiceInformation>");
        if (history.Length > 0)
            _services.Append("<ServiceHistory>").AppendJoin("", history.Select(h => $"<ServiceHistoryInstance>{Period(type, h.Status, h.Since, "<X509SKI>AAEC</X509SKI>")}</ServiceHistoryInstance>")).Append("</ServiceHistory>");
        _services.Append("</TSPService>");
        return this;
    }

    public TestTrustList Point(string territory, string type, params X509Certificate2[] signers)
    {
        _pointers.Append("<OtherTSLPointer><ServiceDigitalIdentities>")
            .AppendJoin("", signers.Select(s => $"<ServiceDigitalIdentity><DigitalId><X509Certificate>{Convert.ToBase64String(s.RawData)}</X509Certificate></DigitalId></ServiceDigitalIdentity>"))
            .Append("</ServiceDigitalIdentities><TSLLocation>http://lists.test/").Append(territory).Append(".xml</TSLLocation><AdditionalInformation><OtherInformation><TSLType>").Append(type)
            .Append("</TSLType></OtherInformation><OtherInformation><SchemeTerritory>").Append(territory).Append("</SchemeTerritory></OtherInformation></AdditionalInformation></OtherTSLPointer>");
        return this;
    }

    /// <summary>The list without its signature; that comes before the end of the root element.</summary>
    public string Text()
    {
        var pointers = _pointers.Length > 0 ? $"<PointersToOtherTSL>{_pointers}</PointersToOtherTSL>" : "";
        var providers = _services.Length > 0
            ? $"<TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName><Name xml:lang=\"vi\">Nhà cung cấp</Name><Name xml:lang=\"en\">Provider</Name></TSPName></TSPInformation><TSPServices>{_services}</TSPServices></TrustServiceProvider></TrustServiceProviderList>" : "";
        return $"<TrustServiceStatusList xmlns=\"http://uri.etsi.org/02231/v2#\" Id=\"list\" TSLTag=\"http://uri.etsi.org/19612/TSLTag\"><SchemeInformation><TSLVersionIdentifier>{Version}</TSLVersionIdentifier>"
            + $"<TSLSequenceNumber>{Sequence.ToString(CultureInfo.InvariantCulture)}</TSLSequenceNumber><TSLType>{Type}</TSLType><SchemeOperatorName><Name xml:lang=\"en\">{Operator}</Name></SchemeOperatorName>"
            + $"<SchemeTerritory>{Territory}</SchemeTerritory>{pointers}<ListIssueDateTime>{Time(IssuedAt)}</ListIssueDateTime><NextUpdate>{(NextUpdate is { } next ? $"<dateTime>{Time(next)}</dateTime>" : "")}</NextUpdate>"
            + $"</SchemeInformation>{providers}</TrustServiceStatusList>";
    }

    /// <summary>The signed list.</summary>
    public byte[] Sign(X509Certificate2 signer) => Sign(Text(), signer);

    /// <summary>Puts an enveloped signature over a text in canonical form before the end of its root element.</summary>
    /// <param name="text">The document.</param>
    /// <param name="signer">Whose; RSA or ECDSA.</param>
    /// <param name="covered">What the reference is over when it is not the document.</param>
    /// <param name="uri">The reference.</param>
    /// <param name="transforms">Other transforms before the enveloped-signature transform.</param>
    /// <param name="sha1">Uses SHA-1, as nobody should.</param>
    public static byte[] Sign(string text, X509Certificate2 signer, string? covered = null, string uri = "", string transforms = "", bool sha1 = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(signer);
        var hash = sha1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
        var digest = Convert.ToBase64String(CryptographicOperations.HashData(hash, Encoding.UTF8.GetBytes(covered ?? text)));
        using var ecdsa = signer.GetECDsaPrivateKey();
        using var rsa = signer.GetRSAPrivateKey();
        var method = sha1 ? Signature + "rsa-sha1" : "http://www.w3.org/2001/04/xmldsig-more#" + (ecdsa is null ? "rsa-sha256" : "ecdsa-sha256");
        var info = $"><ds:CanonicalizationMethod Algorithm=\"{Exclusive}\"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"{method}\"></ds:SignatureMethod><ds:Reference URI=\"{uri}\"><ds:Transforms>{transforms}"
            + $"<ds:Transform Algorithm=\"{Signature}enveloped-signature\"></ds:Transform><ds:Transform Algorithm=\"{Exclusive}\"></ds:Transform></ds:Transforms>"
            + $"<ds:DigestMethod Algorithm=\"{(sha1 ? Signature + "sha1" : "http://www.w3.org/2001/04/xmlenc#sha256")}\"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>";
        var octets = Encoding.UTF8.GetBytes($"<ds:SignedInfo xmlns:ds=\"{Signature}\"" + info);
        var value = ecdsa is not null ? ecdsa.SignData(octets, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation) : rsa!.SignData(octets, hash, RSASignaturePadding.Pkcs1);
        var signature = $"<ds:Signature xmlns:ds=\"{Signature}\"><ds:SignedInfo{info}<ds:SignatureValue>{Convert.ToBase64String(value)}</ds:SignatureValue>"
            + $"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{Convert.ToBase64String(signer.RawData)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>";
        return Encoding.UTF8.GetBytes(text.Insert(text.LastIndexOf("</", StringComparison.Ordinal), signature));
    }

    /// <summary>An extension with AdditionalServiceInformation (§5.5.9.4).</summary>
    public static string For(string use) =>
        $"<Extension Critical=\"true\"><AdditionalServiceInformation><URI xml:lang=\"en\">http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/{use}</URI></AdditionalServiceInformation></Extension>";

    private static string Period(string type, string status, DateTimeOffset since, string key) =>
        $"<ServiceTypeIdentifier>{type}</ServiceTypeIdentifier><ServiceName><Name xml:lang=\"en\">Service</Name></ServiceName><ServiceDigitalIdentity><DigitalId>{key}</DigitalId></ServiceDigitalIdentity>"
        + $"<ServiceStatus>{status}</ServiceStatus><StatusStartingTime>{Time(since)}</StatusStartingTime>";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
