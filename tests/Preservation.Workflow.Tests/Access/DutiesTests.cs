using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Workflow.Tests.Access;

/// <summary>vietnam.md §4.4: what one person must not combine.</summary>
internal sealed class DutiesTests
{
    private static readonly (Role, Role)[] KeptApart =
    [
        (Role.Producer, Role.Approver), (Role.IngestArchivist, Role.Approver), (Role.Approver, Role.Administrator), (Role.Approver, Role.Auditor), (Role.PreservationOfficer, Role.Auditor),
        (Role.Producer, Role.Auditor), (Role.IngestArchivist, Role.Auditor), (Role.ReferenceArchivist, Role.Auditor), (Role.Administrator, Role.Auditor),
        (Role.Administrator, Role.Producer), (Role.Administrator, Role.IngestArchivist), (Role.Administrator, Role.PreservationOfficer), (Role.Administrator, Role.ReferenceArchivist),
        (Role.Administrator, Role.Reader), (Role.CouncilChair, Role.DisposalExecutor), (Role.CouncilMember, Role.DisposalExecutor), (Role.Approver, Role.DisposalExecutor),
        (Role.Auditor, Role.CouncilChair), (Role.Auditor, Role.CouncilMember), (Role.Auditor, Role.DisposalExecutor),
        (Role.Administrator, Role.CouncilChair), (Role.Administrator, Role.CouncilMember), (Role.Administrator, Role.DisposalExecutor),
    ];

    private static IEnumerable<TestCaseData> Pairs() =>
        from one in Enum.GetValues<Role>()
        from other in Enum.GetValues<Role>()
        select new TestCaseData(one, other, KeptApart.Contains((one, other)) || KeptApart.Contains((other, one)) || (one == Role.EscrowHolder) != (other == Role.EscrowHolder));

    [TestCaseSource(nameof(Pairs))]
    public void A_pair_of_roles_is_refused_exactly_when_the_table_says_so(Role held, Role added, bool refused) =>
        Assert.That(Duties.Conflict([held], added), Is.EqualTo(refused ? held : (Role?)null));

    [Test]
    public void Any_of_many_roles_can_stand_in_the_way() =>
        Assert.That(Duties.Conflict([Role.Reader, Role.ReferenceArchivist, Role.Producer], Role.Approver), Is.EqualTo(Role.Producer));

    [Test]
    public void The_first_role_is_never_in_conflict() =>
        Assert.That(Enum.GetValues<Role>().Select(r => Duties.Conflict([], r)), Is.All.Null);

    [Test]
    public void Who_holds_an_escrow_is_no_part_of_the_archive() =>
        Assert.That(Enum.GetValues<Role>().Where(r => Duties.Conflict([r], Role.EscrowHolder) is null), Is.EqualTo(new[] { Role.EscrowHolder }));
}
