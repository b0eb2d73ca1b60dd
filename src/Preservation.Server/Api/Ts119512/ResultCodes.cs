namespace Preservation.Server.Api.Ts119512;

/// <summary>The codes of a result: what is major comes from OASIS DSS-X 2.0, what is minor from ETSI TS 119 512 §5.3.</summary>
internal static class ResultCodes
{
    private const string Major = "urn:oasis:names:tc:dss:1.0:resultmajor:";
    private const string Error = "http://uri.etsi.org/19512/error/";

    public const string Success = Major + "Success";
    public const string RequesterError = Major + "RequesterError";
    public const string ResponderError = Major + "ResponderError";

    /// <summary>What is asked for is being made; ask again.</summary>
    public const string Pending = "urn:oasis:names:tc:dss:1.0:profiles:asynchronousprocessing:resultmajor:Pending";

    public const string NoPermission = Error + "noPermission";
    public const string ParameterError = Error + "parameterError";
    public const string NotSupported = Error + "notSupported";
    public const string TransferError = Error + "transferError";
    public const string NoSpaceError = Error + "noSpaceError";
    public const string UnknownPoFormat = Error + "unknownPOFormat";
    public const string UnknownEvidenceFormat = Error + "unknownEvidenceFormat";
    public const string UnknownPoId = Error + "unknownPOID";
    public const string UnknownVersionId = Error + "unknownVersionID";
    public const string UnknownMode = Error + "unknownMode";
    public const string UnknownDeltaPocType = Error + "unknownDeltaPOCType";
    public const string RequestOnlyPartlySuccessful = "http://uri.etsi.org/19512/warning/requestOnlyPartlySuccessful";
}
