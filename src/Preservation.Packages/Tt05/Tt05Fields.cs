using System.Collections.Immutable;
using static Preservation.Packages.Tt05.Tt05FieldKind;

namespace Preservation.Packages.Tt05;

/// <summary>The fields of every descriptor, in the circular's order (Annexes I and III, with the element names of their schemas).</summary>
public static class Tt05Fields
{
    /// <summary>EAD.xml of <c>SIP_hoso</c> (18 fields).</summary>
    public static ImmutableArray<Tt05Field> SipDossier { get; } = Dossier("fileCode", Date);

    /// <summary>EAD.xml of <c>AIP_hoso</c>: <c>arcFileCode</c>, and dates may lack day or month.</summary>
    public static ImmutableArray<Tt05Field> AipDossier { get; } = Dossier("arcFileCode", PartialDate);

    /// <summary>EAD.xml of <c>SIP_tailieu</c> (5 fields).</summary>
    public static ImmutableArray<Tt05Field> SipCollection { get; } =
    [
        M("fileCode", Text, 100), M("title", Text, 1000), M("source", Code, 1, Tt05Codes.Flag), M("totalDoc", Number, 10), O("description", Text, 2000),
    ];

    /// <summary>EAD.xml of <c>AIP_tailieu</c>: the same under its archival code.</summary>
    public static ImmutableArray<Tt05Field> AipCollection { get; } = [M("arcFileCode", Text, 100), .. SipCollection.Skip(1)];

    /// <summary>EAD.xml of a DIP: the request it answers (Annex V).</summary>
    public static ImmutableArray<Tt05Field> DipRequest { get; } =
    [
        M("requestID", Text, 100), M("requestDate", PartialDate, 10), M("purpose", Code, 2, Tt05Codes.Purpose), O("purposeContent", Text, 500),
        O("feeObjectType", Code, 2, Tt05Codes.FeeObject), O("researchTopic", Text, 250), O("description", Text, 2000),
    ];

    /// <summary>EAD_doc of a SIP (21 fields).</summary>
    public static ImmutableArray<Tt05Field> SipDocument { get; } =
    [
        M("docId", Text, 25), M("docCode", Text, 100), M("maintenance", Code, 2, Tt05Codes.Maintenance), M("typeName", Code, 10, Tt05Codes.DocumentType),
        O("codeNumber", Text, 11), O("codeNotation", Text, 30), M("issuedDate", Date, 10), M("organName", Text, 200), M("subject", Text, 500),
        M("language", Codes, 100, Tt05Codes.Language), M("numberOfPage", Number, 4), O("inforSign", Text, 30), O("keyword", Text, 100),
        M("mode", Code, 20, Tt05Codes.Mode), O("confidenceLevel", Code, 30, Tt05Codes.Confidence), O("autograph", Text, 2000),
        O("format", Code, 50, Tt05Codes.Condition), O("process", Code, 1, Tt05Codes.Flag), M("riskRecovery", Code, 1, Tt05Codes.Flag),
        O("riskRecoveryStatus", Code, 2, Tt05Codes.OneTwo), O("description", Text, 500),
    ];

    /// <summary>EAD_doc of an AIP (19 fields of Annex I).</summary>
    public static ImmutableArray<Tt05Field> AipDocument { get; } =
    [
        M("arcFileCode", Text, 100), M("mode", Code, 20, Tt05Codes.Mode), M("language", Codes, 100, Tt05Codes.Language), O("keyword", Text, 100),
        M("numberOfPage", Number, 4), O("format", Code, 50, Tt05Codes.Condition), O("inforSign", Text, 30), O("confidenceLevel", Code, 30, Tt05Codes.Confidence),
        O("description", Text, 500), M("docCode", Text, 100), M("docOrdinal", Number, 7), M("typeName", Code, 10, Tt05Codes.DocumentType),
        O("codeNumber", Text, 11), O("codeNotation", Text, 30), M("issuedDate", PartialDate, 10), M("organName", Text, 200), M("subject", Text, 500),
        O("autograph", Text, 2000), O("process", Code, 1, Tt05Codes.Flag),
    ];

    /// <summary>EAD_pic of a SIP.</summary>
    public static ImmutableArray<Tt05Field> SipPicture { get; } = Picture(M("docCode", Text, 100), M("maintenance", Code, 2, Tt05Codes.Maintenance));

    /// <summary>EAD_pic of an AIP.</summary>
    public static ImmutableArray<Tt05Field> AipPicture { get; } = Picture(M("arcFileCode", Text, 100), M("docOrdinal", Number, 7));

    /// <summary>EAD_media of a SIP.</summary>
    public static ImmutableArray<Tt05Field> SipMedia { get; } = Media(M("docCode", Text, 100), M("maintenance", Code, 2, Tt05Codes.Maintenance));

    /// <summary>EAD_media of an AIP.</summary>
    public static ImmutableArray<Tt05Field> AipMedia { get; } = Media(M("arcFileCode", Text, 100), M("docOrdinal", Number, 7));

    /// <summary>The fields of EAD.xml.</summary>
    public static ImmutableArray<Tt05Field> OfPackage(Tt05Form form) => form switch
    {
        Tt05Form.SipCollection => SipCollection,
        Tt05Form.AipDossier => AipDossier,
        Tt05Form.AipCollection => AipCollection,
        Tt05Form.Dip => DipRequest,
        _ => SipDossier,
    };

    /// <summary>The fields of a document's descriptor. Annexes II and V call the archival code <c>arcDocCode</c>; a DIP does not repeat who issued the document.</summary>
    public static ImmutableArray<Tt05Field> OfDocument(string kind, Tt05Form form) => (kind, form) switch
    {
        ("pic", Tt05Form.AipDossier or Tt05Form.AipCollection) => AipPicture,
        ("media", Tt05Form.AipDossier or Tt05Form.AipCollection) => AipMedia,
        (_, Tt05Form.AipDossier) => AipDocument,
        (_, Tt05Form.AipCollection) => Archival(AipDocument),
        ("pic", Tt05Form.Dip) => Archival(SipPicture),
        ("media", Tt05Form.Dip) => Archival(SipMedia),
        (_, Tt05Form.Dip) => [.. Archival(SipDocument).Where(f => f.Name != "organName")],
        ("pic", _) => SipPicture,
        ("media", _) => SipMedia,
        _ => SipDocument,
    };

    private static ImmutableArray<Tt05Field> Archival(ImmutableArray<Tt05Field> fields) => [.. fields.Select(f => f.Name == "docCode" ? f with { Name = "arcDocCode" } : f)];

    private static ImmutableArray<Tt05Field> Dossier(string code, Tt05FieldKind date) =>
    [
        M(code, Text, 100), M("title", Text, 1000), M("maintenance", Code, 100, Tt05Codes.Maintenance), M("mode", Code, 30, Tt05Codes.Mode),
        M("language", Codes, 100, Tt05Codes.Language), M("startDate", date, 10), M("endDate", date, 10), O("keyword", Text, 100),
        M("totalDoc", Number, 10), M("numberOfPaper", Number, 10), M("numberOfPage", Number, 10), O("format", Code, 50, Tt05Codes.Condition),
        O("inforSign", Text, 30), O("confidenceLevel", Code, 40, Tt05Codes.Confidence), O("paperFileCode", Text, 100),
        M("riskRecovery", Code, 1, Tt05Codes.Flag), O("riskRecoveryStatus", Code, 2, Tt05Codes.OneTwo), O("description", Text, 2000),
    ];

    private static ImmutableArray<Tt05Field> Picture(Tt05Field first, Tt05Field second) =>
    [
        first, second, M("typePic", Code, 2, Tt05Codes.OneTwo), O("archivesNumber", Text, 50), O("inforSign", Text, 30), O("eventName", Text, 500),
        M("imageTitle", Text, 500), O("photographer", Text, 300), O("photoPlace", Text, 300), O("photoTime", PartialDate, 10),
        O("colour", Code, 2, Tt05Codes.OneTwo), O("filmSize", Text, 30), O("docAttached", Code, 1, Tt05Codes.Flag), M("mode", Code, 20, Tt05Codes.Mode),
        O("format", Code, 50, Tt05Codes.Condition), M("riskRecovery", Code, 1, Tt05Codes.Flag), O("riskRecoveryStatus", Code, 2, Tt05Codes.OneTwo),
        O("description", Text, 500),
    ];

    private static ImmutableArray<Tt05Field> Media(Tt05Field first, Tt05Field second) =>
    [
        first, second, M("typeMedia", Code, 2, Tt05Codes.OneTwo), O("archivesNumber", Text, 50), O("inforSign", Text, 30), O("eventName", Text, 500),
        M("movieTitle", Text, 500), O("recorder", Text, 300), O("recordPlace", Text, 300), O("recordDate", PartialDate, 10),
        M("language", Codes, 100, Tt05Codes.Language), O("playTime", Text, 8), O("docAttached", Code, 1, Tt05Codes.Flag), M("mode", Code, 20, Tt05Codes.Mode),
        O("quality", Text, 50), O("format", Code, 50, Tt05Codes.Condition), M("riskRecovery", Code, 1, Tt05Codes.Flag),
        O("riskRecoveryStatus", Code, 2, Tt05Codes.OneTwo), O("description", Text, 500),
    ];

    private static Tt05Field M(string name, Tt05FieldKind kind, int length, IReadOnlySet<string>? table = null) => new(name, true, kind, length, table);

    private static Tt05Field O(string name, Tt05FieldKind kind, int length, IReadOnlySet<string>? table = null) => new(name, false, kind, length, table);
}
