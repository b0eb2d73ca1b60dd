namespace Preservation.Server.Api.Ts119512;

/// <summary>
/// The operations of ETSI TS 119 512 V1.2.1 §5.3 in its JSON binding, each <c>POST /preservation/{operation}</c>. They map onto what this service does: a
/// preservation object is a package, its evidence are its files' evidence records.
/// </summary>
internal static class PreservationProtocol
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/preservation");
        RetrieveInfo.Map(group);
        PreservePo.Map(group);
        RetrievePo.Map(group);
        DeletePo.Map(group);
        UpdatePoc.Map(group);
        RetrieveTrace.Map(group);
        ValidateEvidence.Map(group);
        Search.Map(group);
    }
}
