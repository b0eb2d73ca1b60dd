using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Workflow.Tests.Access;

internal sealed class CallerTests
{
    private static readonly Guid One = Guid.NewGuid(), Two = Guid.NewGuid(), Fonds = Guid.NewGuid(), Package = Guid.NewGuid();

    [Test]
    public void A_role_counts_only_where_it_was_granted()
    {
        var caller = With(Grant(Role.Approver, GrantScope.Agency, One), Grant(Role.ReferenceArchivist, GrantScope.Agency, Two));
        Assert.That(caller.ScopeOf(Role.Approver).Covers(One), Is.True);
        Assert.That(caller.ScopeOf(Role.Approver).Covers(Two), Is.False);
        Assert.That(caller.ScopeOf(Role.Approver, Role.ReferenceArchivist).Agencies, Is.EquivalentTo(new[] { One, Two }));
    }

    [Test]
    public void A_role_that_nobody_granted_sees_nothing()
    {
        Assert.That(With(Grant(Role.Approver, GrantScope.Everything)).ScopeOf(Role.Auditor).IsEmpty, Is.True);
        Assert.That(With().ScopeOf(Enum.GetValues<Role>()).IsEmpty, Is.True);
        Assert.That(With(Grant(Role.Approver, GrantScope.Everything)).ScopeOf().IsEmpty, Is.True);
    }

    [Test]
    public void Everything_swallows_what_is_narrower()
    {
        var scope = With(Grant(Role.Auditor, GrantScope.Agency, One), Grant(Role.Auditor, GrantScope.Everything)).ScopeOf(Role.Auditor);
        Assert.That(scope.Everything, Is.True);
        Assert.That(scope.Covers(Guid.NewGuid()), Is.True);
    }

    [Test]
    public void Fonds_and_single_packages_are_narrower_than_an_agency()
    {
        var scope = With(Grant(Role.ReferenceArchivist, GrantScope.Fonds, fonds: Fonds), Grant(Role.ReferenceArchivist, GrantScope.Case, package: Package)).ScopeOf(Role.ReferenceArchivist);
        Assert.That(scope.Fonds, Is.EquivalentTo(new[] { Fonds }));
        Assert.That(scope.Packages, Is.EquivalentTo(new[] { Package }));
        Assert.That(scope.Agencies, Is.Empty);
        Assert.That(scope.Covers(One), Is.False);
        Assert.That(scope.IsEmpty, Is.False);
    }

    private static Caller With(params RoleGrant[] grants) => new(Guid.NewGuid(), PrincipalKind.Person, "Nguyễn Văn A", One, [.. grants]);

    private static RoleGrant Grant(Role role, GrantScope scope, Guid? agency = null, Guid? fonds = null, Guid? package = null) => new()
    {
        Id = Guid.NewGuid(), PrincipalId = Guid.NewGuid(), Role = role, Scope = scope, AgencyId = agency, FondsId = fonds, PackageId = package, ValidFrom = default, Basis = "test", GrantedBy = null, CreatedAt = default,
    };
}
