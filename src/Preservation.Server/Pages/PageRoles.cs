using System.Collections.Frozen;
using Preservation.Catalogue.Model;
using Preservation.Server.Api.Changes;
using Preservation.Server.Api.Evidence;
using Preservation.Server.Api.Packages;
using Preservation.Server.Api.People;
using Preservation.Server.Api.Stores;
using Preservation.Server.Api.Submissions;
using Preservation.Server.Api.Terms;
using Preservation.Workflow.Tasks;

namespace Preservation.Server.Pages;

/// <summary>Which roles each page serves: those of the endpoint of the API that gives or does the same. A page that is not named here serves nobody.</summary>
internal static class PageRoles
{
    private static readonly Role[] SubmissionReaders = [Role.Producer, Role.IngestArchivist, Role.Approver, Role.PreservationOfficer, Role.Auditor];
    private static readonly Role[] FixityReaders = [Role.PreservationOfficer, Role.Auditor, Role.Approver];

    /// <summary>Pages that show nothing of the archive.</summary>
    public static FrozenSet<string> Anonymous { get; } = FrozenSet.Create("/SignIn", "/SignedIn", "/SignOut", "/Language", "/Error");

    public static FrozenDictionary<string, Role[]> ByPage { get; } = new Dictionary<string, Role[]>
    {
        ["/Index"] = Enum.GetValues<Role>(),
        ["/Submissions/Index"] = SubmissionReaders,
        ["/Submissions/Submission"] = SubmissionReaders,
        ["/Submissions/Receipt"] = SubmissionReaders,
        ["/Submissions/Seal"] = SubmissionReaders,
        ["/Submissions/Approve"] = [Role.Approver],
        ["/Submissions/Return"] = [Role.Approver, Role.IngestArchivist],
        ["/Queue/Index"] = ReviewSubmissions.Readers,
        ["/Registrations/Index"] = RegistrationEndpoints.Readers,
        ["/Registrations/Item"] = RegistrationEndpoints.Readers,
        ["/Registrations/Answer"] = [Role.Approver],
        ["/Registrations/Request"] = [Role.Producer],
        ["/Registrations/Withdraw"] = [Role.Producer],
        ["/Registrations/OpenRound"] = RegistrationEndpoints.Keepers,
        ["/Registrations/CloseRound"] = RegistrationEndpoints.Keepers,
        ["/Registrations/ApproveRound"] = [Role.Approver],
        ["/Registrations/Round"] = RegistrationEndpoints.Readers,
        ["/Registrations/Part"] = RegistrationEndpoints.Readers,
        ["/Registrations/Signed"] = RoundDocumentEndpoints.Signers,
        ["/Packages/Index"] = ReadPackages.Readers,
        ["/Packages/Package"] = ReadPackages.Readers,
        ["/Packages/Provenance"] = ReadPackages.Readers,
        ["/Packages/Premis"] = ReadPackages.Readers,
        ["/Packages/Evidence"] = ReadPackages.Readers,
        ["/Packages/Trace"] = ReadPackages.Readers,
        ["/Cases/Index"] = [Role.Auditor],
        ["/Cases/Case"] = [Role.Auditor],
        ["/Cases/File"] = [Role.Auditor],
        ["/Webhooks/Index"] = WebhookEndpoints.Keepers,
        ["/Webhooks/Item"] = WebhookEndpoints.Keepers,
        ["/Webhooks/Create"] = WebhookEndpoints.Keepers,
        ["/Webhooks/Secret"] = WebhookEndpoints.Keepers,
        ["/Webhooks/Change"] = WebhookEndpoints.Keepers,
        ["/Evidence/Index"] = EvidenceEndpoints.Readers,
        ["/Stores/Index"] = StoreEndpoints.Readers,
        ["/Fixity/Index"] = FixityReaders,
        ["/Fixity/Csv"] = FixityReaders,
        ["/Fixity/Pdf"] = FixityReaders,
        ["/Fixity/Part"] = FixityReaders,
        ["/Fixity/Freeze"] = [Role.PreservationOfficer],
        ["/Drills/Index"] = FixityReaders,
        ["/Fixity/Start"] = [Role.PreservationOfficer],
        ["/Tasks/Index"] = [.. TaskRoom.Readers],
        ["/Tasks/Item"] = [.. TaskRoom.Readers],
        ["/People/Index"] = PrincipalEndpoints.Readers,
        ["/People/Person"] = PrincipalEndpoints.Readers,
        ["/People/Change"] = [Role.Administrator],
        ["/Notices/Index"] = Enum.GetValues<Role>(),
        ["/Notices/Confirm"] = Enum.GetValues<Role>(),
        ["/Account/Index"] = Enum.GetValues<Role>(),
        ["/Account/Mail"] = Enum.GetValues<Role>(),
        ["/Tasks/Decide"] = [.. TaskRoom.Workers],
        ["/Tasks/Assign"] = [.. TaskRoom.Workers],
    }.ToFrozenDictionary();

    public static Role[] Of(string page) => ByPage.GetValueOrDefault(page) ?? [];
}
