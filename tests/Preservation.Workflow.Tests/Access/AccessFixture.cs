using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Access;

/// <summary>People of a catalogue, and an administrator who gives them rights.</summary>
internal abstract class AccessFixture : WorkflowFixture
{
    protected Caller Administrator { get; private set; } = null!;

    protected Credentials Credentials { get; private set; } = null!;

    protected SessionRegister Register { get; private set; } = null!;

    protected PeopleKeeper Keeper { get; private set; } = null!;

    protected Callers Callers { get; private set; } = null!;

    protected static PeopleOptions PeopleTerms { get; } = new();

    [SetUp]
    public async Task AddAdministrator()
    {
        var options = Settings.Of(_ => { });
        Credentials = new Credentials(options);
        Register = new SessionRegister(Database.Sessions, options);
        Keeper = new PeopleKeeper(Database.Sessions, options);
        Callers = new Callers(Database.Sessions);
        Administrator = await AddWithRoleAsync("Vũ Hải Đăng", Role.Administrator);
    }

    protected async Task<Guid> AddAsync(string name, PrincipalKind kind = PrincipalKind.Person, Guid? responsible = null)
    {
        await using var session = await BeginAsync();
        var id = Guid.CreateVersion7(session.Now);
        session.Rows.Principals.Add(new Principal { Id = id, Kind = kind, Name = name, ResponsibleId = responsible, ValidFrom = session.Now, CreatedAt = session.Now });
        await session.CommitAsync(default);
        return id;
    }

    /// <summary>A person with a role of the whole archive and a key, who has proven it once.</summary>
    protected async Task<Caller> AddWithRoleAsync(string name, Role role)
    {
        var id = await AddAsync(name);
        await using (var session = await BeginAsync())
        {
            session.Rows.RoleGrants.Add(new RoleGrant { Id = Guid.CreateVersion7(session.Now), PrincipalId = id, Role = role, Scope = GrantScope.Everything, ValidFrom = session.Now, Basis = "test", CreatedAt = session.Now });
            await session.CommitAsync(default);
        }
        return (await Callers.FindAsync(await KeyOfAsync(id), default))!;
    }

    protected async Task<string> KeyOfAsync(Guid principal)
    {
        await using var session = await BeginAsync();
        var (text, lookup, hash) = ApiKey.Create();
        session.Rows.Credentials.Add(new Credential { Id = Guid.CreateVersion7(session.Now), PrincipalId = principal, Kind = CredentialKind.ApiKey, Lookup = lookup, SecretHash = hash, CreatedAt = session.Now });
        await session.CommitAsync(default);
        return text;
    }

    /// <summary>Carries out a change; it is committed when it was done.</summary>
    protected async Task<RightsOutcome> ChangeAsync(Func<CatalogueSession, Task<RightsOutcome>> change)
    {
        await using var session = await BeginAsync();
        var outcome = await change(session);
        if (outcome is RightsOutcome.Done) await session.CommitAsync(default);
        return outcome;
    }

    protected Task<RightsOutcome> GiveAsync(Guid principal, Role role, DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        ChangeAsync(s => Grants.GiveAsync(s, Administrator, principal, new GrantTerms(role, GrantScope.Everything, "QĐ 12/QĐ-LT", ValidFrom: from, ValidUntil: until), default));

    protected static Guid IdOf(RightsOutcome outcome) => outcome is RightsOutcome.Done done ? done.Id : throw new AssertionException($"not done: {outcome}");
}
