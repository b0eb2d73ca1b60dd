using Preservation.Server.Api.Agencies;
using Preservation.Server.Api.Agreements;
using Preservation.Server.Api.Cases;
using Preservation.Server.Api.Changes;
using Preservation.Server.Api.Disposal;
using Preservation.Server.Api.Documents;
using Preservation.Server.Api.Escrow;
using Preservation.Server.Api.Evidence;
using Preservation.Server.Api.Fixity;
using Preservation.Server.Api.Log;
using Preservation.Server.Api.Mail;
using Preservation.Server.Api.Packages;
using Preservation.Server.Api.People;
using Preservation.Server.Api.Stores;
using Preservation.Server.Api.Submissions;
using Preservation.Server.Api.Tasks;
using Preservation.Server.Api.Terms;
using Preservation.Server.Api.Ts119512;
using Preservation.Server.Api.Uploads;

namespace Preservation.Server.Api;

/// <summary>Every endpoint of <c>/api/v1</c>.</summary>
internal static class ApiRoutes
{
    public static void Map(WebApplication app)
    {
        var api = app.MapGroup("/api/v1");
        AgencyEndpoints.Map(api);
        PrincipalEndpoints.Map(api);
        CredentialEndpoints.Map(api);
        NoticeEndpoints.Map(api);
        MailEndpoints.Map(api);
        AgreementEndpoints.Map(api);
        RegistrationEndpoints.Map(api);
        CreateSubmission.Map(api);
        ReadSubmissions.Map(api);
        UploadEndpoints.Map(api);
        DecideSubmission.Map(api);
        ReviewSubmissions.Map(api);
        RoundApproval.Map(api);
        RoundDocumentEndpoints.Map(api);
        ReadPackages.Map(api);
        GetPackageFile.Map(api);
        ReadVerdicts.Map(api);
        GetProvenance.Map(api);
        GetEvidence.Map(api);
        GetEvidenceTrace.Map(api);
        FindDocuments.Map(api);
        HoldEndpoints.Map(api);
        StoreEndpoints.Map(api);
        EscrowEndpoints.Map(api);
        OrderEndpoints.Map(api);
        FixityEndpoints.Map(api);
        FrozenReportEndpoints.Map(api);
        EvidenceEndpoints.Map(api);
        LogEndpoints.Map(api);
        SealKeyEndpoints.Map(api);
        TaskEndpoints.Map(api);
        CaseEndpoints.Map(api);
        ChangeEndpoints.Map(api);
        WebhookEndpoints.Map(api);
        PreservationProtocol.Map(api);
        var open = ((IEndpointRouteBuilder)app).DataSources.SelectMany(d => d.Endpoints)
            .Where(e => e is RouteEndpoint { RoutePattern.RawText: { } path } && path.StartsWith("/api/", StringComparison.Ordinal) && e.Metadata.GetMetadata<AllowedRoles>() is null);
        foreach (var endpoint in open) throw new InvalidOperationException($"{endpoint.DisplayName} names no roles");
    }
}
