using Preservation.Catalogue;
using Preservation.Packages.Aip;

namespace Preservation.Workflow.Ingest;

/// <summary>Keeps what was found out about a submission's files in the catalogue from the checks to the archiving, some thousands of files a row.</summary>
internal static class FactPages
{
    /// <summary>Files in a row: some hundred kilobytes.</summary>
    public const int PageFiles = 4096;

    /// <summary>Keeps the facts, which come in byte order of their paths, in the place of others.</summary>
    public static async Task WriteAsync(CatalogueSession session, Guid submission, IEnumerable<FileFacts> facts, CancellationToken cancellationToken)
    {
        await RemoveAsync(session, submission, cancellationToken);
        var page = 0;
        foreach (var files in facts.Chunk(PageFiles))
        {
            await using var insert = session.Command("INSERT INTO submission_facts (submission_id, page, packed) VALUES ($1, $2, $3)", submission, page++, FileFacts.Pack(files));
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Reads the facts into a file, the caller's to close.</summary>
    /// <param name="session">The catalogue.</param>
    /// <param name="submission">Whose.</param>
    /// <param name="complete">Adds what else is known of a file.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<SubmittedFiles> ReadAsync(CatalogueSession session, Guid submission, Func<SubmittedFile, SubmittedFile> complete, CancellationToken cancellationToken)
    {
        var all = new SubmittedFiles();
        try
        {
            await using var select = session.Command("SELECT packed FROM submission_facts WHERE submission_id = $1 ORDER BY page", submission);
            await using var pages = await select.ExecuteReaderAsync(cancellationToken);
            while (await pages.ReadAsync(cancellationToken))
                foreach (var facts in FileFacts.Unpack(pages.GetFieldValue<byte[]>(0))) all.Add(complete(facts.ToSubmitted()));
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    /// <summary>Forgets the facts of a submission that has come to its end.</summary>
    public static async Task RemoveAsync(CatalogueSession session, Guid submission, CancellationToken cancellationToken)
    {
        await using var delete = session.Command("DELETE FROM submission_facts WHERE submission_id = $1", submission);
        await delete.ExecuteNonQueryAsync(cancellationToken);
    }
}
