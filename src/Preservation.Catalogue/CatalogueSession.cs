using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Preservation.Catalogue.Model;

namespace Preservation.Catalogue;

/// <summary>
/// One transaction on the catalogue. State changes, their PREMIS events and their audit entries go in together and are
/// committed together, or not at all.
/// </summary>
public sealed class CatalogueSession : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _skew;
    private readonly List<(AuditEntry Entry, byte[] Salt, string Detail)> _audit = [];

    internal CatalogueSession(
        NpgsqlConnection connection, NpgsqlTransaction transaction, CatalogueContext rows, CatalogueScope scope, TimeProvider clock, TimeSpan skew)
    {
        _connection = connection;
        _transaction = transaction;
        _clock = clock;
        _skew = skew;
        Rows = rows;
        Scope = scope;
    }

    /// <summary>The rows in scope.</summary>
    public CatalogueContext Rows { get; }

    /// <summary>Whose rows this session sees.</summary>
    public CatalogueScope Scope { get; }

    /// <summary>The instant rows of this session are stamped with, to the microsecond PostgreSQL keeps: the database's, which all processes share.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = _clock.GetUtcNow() + _skew;
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        }
    }

    /// <summary>A command in this transaction, for set-based SQL.</summary>
    public NpgsqlCommand Command(string sql, params object?[] parameters)
    {
        var command = new NpgsqlCommand(sql, _connection, _transaction);
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        return command;
    }

    /// <summary>
    /// Adds an audit entry to this transaction. The detail (names, titles, reasons) is kept apart and salted, so that it can
    /// be erased without breaking any proof.
    /// </summary>
    public void Audit(Guid? principalId, Guid? agencyId, string action, string subjectKind, string subjectId, object detail)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var json = JsonSerializer.Serialize(detail, AuditJson.Options);
        _audit.Add((EntryOf(principalId, agencyId, action, subjectKind, subjectId, salt, json), salt, json));
    }

    /// <summary>The same at once, without anything else that is pending; the entry that comes back has its id, so that what leaves the service in this transaction can name it.</summary>
    public async Task<AuditEntry> AuditNowAsync(Guid? principalId, Guid? agencyId, string action, string subjectKind, string subjectId, object detail, CancellationToken cancellationToken)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var json = JsonSerializer.Serialize(detail, AuditJson.Options);
        var entry = EntryOf(principalId, agencyId, action, subjectKind, subjectId, salt, json);
        await WriteAsync(entry, salt, json, cancellationToken);
        await using var command = Command("SELECT currval(pg_get_serial_sequence('audit_entry', 'id'))");
        return new AuditEntry
        {
            Id = (long)(await command.ExecuteScalarAsync(cancellationToken))!, At = entry.At, PrincipalId = principalId, AgencyId = agencyId, Action = action, SubjectKind = subjectKind,
            SubjectId = subjectId, DetailDigest = entry.DetailDigest,
        };
    }

    /// <summary>Writes everything pending and commits.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        await _transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Writes everything pending without committing, so that later SQL of this session sees it.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await Rows.SaveChangesAsync(cancellationToken);
        foreach (var (entry, salt, detail) in _audit) await WriteAsync(entry, salt, detail, cancellationToken);
        _audit.Clear();
    }

    private AuditEntry EntryOf(Guid? principalId, Guid? agencyId, string action, string subjectKind, string subjectId, byte[] salt, string json) => new()
    {
        At = Now, PrincipalId = principalId, AgencyId = agencyId, Action = action, SubjectKind = subjectKind, SubjectId = subjectId, DetailDigest = AuditJson.DetailDigest(salt, json),
    };

    private async Task WriteAsync(AuditEntry entry, byte[] salt, string detail, CancellationToken cancellationToken)
    {
        await using var command = Command("""
            INSERT INTO audit_entry (at, principal_id, agency_id, action, subject_kind, subject_id, detail_digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """, entry.At, entry.PrincipalId, entry.AgencyId, entry.Action, entry.SubjectKind, entry.SubjectId, entry.DetailDigest);
        await command.ExecuteNonQueryAsync(cancellationToken);
        // The caller may not be allowed to read the entry back (RETURNING is a read), so its id comes from the sequence.
        await using var detailCommand = Command(
            "INSERT INTO audit_detail (entry_id, salt, detail) VALUES (currval(pg_get_serial_sequence('audit_entry', 'id')), $1, $2::jsonb)", salt, detail);
        await detailCommand.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Rows.DisposeAsync();
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
