using System.Security.Cryptography;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Sealing;

namespace Preservation.Workflow.Documents;

/// <summary>Keeps documents as they were made: each part with its digest and, beside it, the service's seal as a detached signature.</summary>
public sealed class FrozenDocuments(Signer signer)
{
    /// <summary>Enters a document with its parts into the caller's transaction, audited.</summary>
    public FrozenDocument Add(CatalogueSession session, string kind, Guid? agency, string title, Guid? by, IEnumerable<(string Name, string MediaType, byte[] Body)> parts)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(parts);
        var document = new FrozenDocument { Id = Guid.CreateVersion7(session.Now), Kind = kind, AgencyId = agency, Title = title, MadeBy = by, MadeAt = session.Now };
        session.Rows.FrozenDocuments.Add(document);
        var made = parts.Select(p => AddPart(session, document.Id, p.Name, p.MediaType, p.Body, null)).ToList();
        session.Audit(by, agency, "document.frozen", "document", document.Id.ToString(), new { kind, parts = made.ToDictionary(p => p.Name, p => Convert.ToHexStringLower(p.Sha512)) });
        return document;
    }

    /// <summary>Adds a further part, such as the version that a person signed, sealed as received.</summary>
    public FrozenDocumentPart AddPart(CatalogueSession session, Guid document, string name, string mediaType, byte[] body, Guid? by)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(body);
        var part = new FrozenDocumentPart { DocumentId = document, Name = name, MediaType = mediaType, Body = body, Sha512 = SHA512.HashData(body), Seal = signer.Seal(body), AddedBy = by, AddedAt = session.Now };
        session.Rows.FrozenDocumentParts.Add(part);
        return part;
    }
}
