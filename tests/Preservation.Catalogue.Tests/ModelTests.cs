using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Preservation.Catalogue.Tests;

internal sealed class ModelTests : CatalogueFixture
{
    [Test]
    public async Task The_EF_model_and_the_migrated_database_have_the_same_columns()
    {
        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        var database = new SortedSet<string>(StringComparer.Ordinal);
        await using (var command = session.Command("""
            SELECT table_name, column_name, CASE data_type WHEN 'ARRAY' THEN substr(udt_name, 2) || '[]' ELSE data_type END, is_nullable
            FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT IN ('schema_version')
            """))
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync()) database.Add($"{reader.GetString(0)}.{reader.GetString(1)} {reader.GetString(2)} {(reader.GetString(3) == "YES" ? "null" : "not null")}");
        var model = session.Rows.Model.GetEntityTypes().SelectMany(e => e.GetProperties().Select(p =>
            $"{e.GetTableName()}.{p.GetColumnName(StoreObjectIdentifier.Table(e.GetTableName()!))} {p.GetColumnType()} {(p.IsNullable ? "null" : "not null")}"));
        Assert.That(model.Order(StringComparer.Ordinal), Is.EqualTo(database));
    }

    [Test]
    public async Task Migrating_again_changes_nothing() =>
        Assert.That(await Migrator.MigrateAsync(Database.Owner, default), Is.Empty);

    [Test]
    public async Task The_read_only_role_cannot_see_credentials_and_cannot_write()
    {
        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        await using var command = session.Command("""
            SELECT bool_or(has_table_privilege('preservation_read', c.oid, 'INSERT') OR has_table_privilege('preservation_read', c.oid, 'UPDATE') OR has_table_privilege('preservation_read', c.oid, 'DELETE')),
                   has_table_privilege('preservation_read', 'credential', 'SELECT')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'
            """);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        Assert.That((reader.GetBoolean(0), reader.GetBoolean(1)), Is.EqualTo((false, false)));
    }
}
