using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Access;

/// <summary>Roles that one principal must not hold together (vietnam.md §4.4).</summary>
public static class Duties
{
    private static readonly (Role, Role)[] Forbidden =
    [
        (Role.Producer, Role.Approver),
        (Role.IngestArchivist, Role.Approver),
        (Role.Approver, Role.Administrator),
        (Role.CouncilChair, Role.DisposalExecutor),
        (Role.CouncilMember, Role.DisposalExecutor),
        (Role.Approver, Role.DisposalExecutor),
        (Role.Auditor, Role.Producer),
        (Role.Auditor, Role.IngestArchivist),
        (Role.Auditor, Role.Approver),
        (Role.Auditor, Role.PreservationOfficer),
        (Role.Auditor, Role.ReferenceArchivist),
        (Role.Auditor, Role.CouncilChair),
        (Role.Auditor, Role.CouncilMember),
        (Role.Auditor, Role.DisposalExecutor),
        (Role.Auditor, Role.Administrator),
        (Role.Administrator, Role.PreservationOfficer),
        (Role.Administrator, Role.IngestArchivist),
        (Role.Administrator, Role.ReferenceArchivist),
        (Role.Administrator, Role.Producer),
        (Role.Administrator, Role.CouncilChair),
        (Role.Administrator, Role.CouncilMember),
        (Role.Administrator, Role.DisposalExecutor),
        (Role.Administrator, Role.Reader),
    ];

    /// <summary>Roles whose word is a human being's: no program holds them.</summary>
    private static readonly Role[] PersonsAlone = [Role.Approver, Role.CouncilChair, Role.CouncilMember, Role.DisposalExecutor];

    /// <summary>The role already held that forbids the new one, or null. Who holds an escrow is no part of the archive.</summary>
    public static Role? Conflict(IEnumerable<Role> held, Role added)
    {
        foreach (var role in held)
            if ((role == Role.EscrowHolder) != (added == Role.EscrowHolder) || Forbidden.Contains((role, added)) || Forbidden.Contains((added, role))) return role;
        return null;
    }

    /// <summary>May a principal of this kind hold the role at all?</summary>
    public static bool MayHold(PrincipalKind kind, Role role) => kind == PrincipalKind.Person || !PersonsAlone.Contains(role);
}
