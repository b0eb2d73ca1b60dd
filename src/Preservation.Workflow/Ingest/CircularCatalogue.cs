using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Packages.Description;

namespace Preservation.Workflow.Ingest;

/// <summary>
/// The rules of Circular 05/2025 that need the catalogue: whose codes a package bears (VN-C13), what it refers to (VN-C14), under which registration it comes
/// (VN-C17, with <see cref="Terms.RegistrationCheck"/>). Nothing of another agency is looked at. That no code is used twice is for every kind of package to keep.
/// </summary>
internal static class CircularCatalogue
{
    private const string Ead = "metadata/descriptive/EAD.xml";

    public static async Task<IReadOnlyList<Finding>> JudgeAsync(CatalogueSession session, Submission submission, PackageDescription description, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var codes = await CodesAsync(session, submission.AgencyId, cancellationToken);
        if (description.Field("fileCode") is { } fileCode && !codes.Exists(c => Begins(fileCode, c)))
            findings.Add(new Finding(IngestRules.ForeignFileCode, Ead, codes.Count == 0 ? "–" : string.Join(", ", codes)));
        if (!string.IsNullOrWhiteSpace(description.FondsCode) && !codes.Exists(c => Begins(description.FondsCode, c))) findings.Add(new Finding(IngestRules.ForeignFonds, "METS.xml"));
        findings.AddRange(await FetchesAsync(session, submission.AgencyId, description, cancellationToken));
        if (submission.RegistrationCode is { Length: > 0 } wanted && description.RegistrationCode is { Length: > 0 } named && wanted.Trim() != named.Trim())
            findings.Add(new Finding(IngestRules.OtherRegistration, "METS.xml"));
        return findings;
    }

    private static bool Begins(string code, string prefix) => code == prefix || code.StartsWith(prefix + ".", StringComparison.Ordinal);

    // Codes an agency bore once count too: its older dossiers bear them.
    private static async Task<List<string>> CodesAsync(CatalogueSession session, Guid agency, CancellationToken cancellationToken)
    {
        await using var command = session.Command("SELECT code FROM agency_code WHERE agency_id = $1 UNION SELECT code FROM fonds WHERE agency_id = $1 ORDER BY code", agency);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var codes = new List<string>();
        while (await reader.ReadAsync(cancellationToken)) codes.Add(reader.GetString(0));
        return codes;
    }

    // A reference is a package's identifier and a path in it, or the code of a document.
    private static async Task<IReadOnlyList<Finding>> FetchesAsync(CatalogueSession session, Guid agency, PackageDescription description, CancellationToken cancellationToken)
    {
        var references = description.Documents.SelectMany(d => d.FetchReferences).Distinct().ToList();
        if (references.Count == 0) return [];
        var targets = references.Select(r => r.Value.Trim().Replace('\0', '\uFFFD')).ToArray();
        await using var command = session.Command("""
            SELECT t.number FROM unnest($2::text[]) WITH ORDINALITY AS t (target, number)
            CROSS JOIN LATERAL (SELECT split_part(t.target, '/', 1) AS package, substr(t.target, length(split_part(t.target, '/', 1)) + 2) AS path) AS r
            WHERE EXISTS (
                SELECT FROM package p JOIN package_version v ON v.package_id = p.id AND v.version = p.head_version
                WHERE p.producer_id = $1 AND v.description::jsonb ->> 'fondsCode' IS NOT DISTINCT FROM $3::text
                AND (EXISTS (SELECT FROM document d WHERE d.package_id = p.id AND d.version_until IS NULL AND d.code = t.target)
                    OR (('urn:uuid:' || p.id = r.package OR EXISTS (SELECT FROM package_alias a WHERE a.package_id = p.id AND a.code = r.package))
                        AND EXISTS (SELECT FROM file f WHERE f.package_id = p.id AND f.version_until IS NULL AND f.logical_path = r.path))))
            """, agency, targets, (object?)description.FondsCode ?? DBNull.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new HashSet<long>();
        while (await reader.ReadAsync(cancellationToken)) found.Add(reader.GetInt64(0));
        return [.. references.Where((_, i) => !found.Contains(i + 1)).Select(r => new Finding(IngestRules.FetchTargetMissing, r.Scheme, description.FondsCode ?? "–"))];
    }
}
