using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;
using Preservation.Workflow.Staging;
using Preservation.Workflow.Uploads;

namespace Preservation.Workflow.Tests.Uploads;

/// <summary>Uploads over a real database and a folder. What a process holds is made anew by <see cref="Restart"/>, as after a crash.</summary>
internal abstract class UploadFixture : WorkflowFixture
{
    protected UploadParts Parts { get; private set; } = null!;

    protected UploadRegister Register { get; private set; } = null!;

    protected UploadAppending Appending { get; private set; } = null!;

    protected UploadSweeper Sweeper { get; private set; } = null!;

    protected CatalogueScope Scope => CatalogueScope.Nothing with { Agencies = [Agency] };

    [SetUp]
    public void Restart()
    {
        var options = Settings.Of(Configure);
        var trace = new WorkTrace(options);
        Parts = new UploadParts(options, new StagingArea(options, trace));
        Register = new UploadRegister(Database.Sessions, Parts, options);
        Appending = new UploadAppending(Register, Parts, options, trace, Clock);
        Sweeper = new UploadSweeper(Database.Sessions, Parts, options);
    }

    protected virtual void Configure(PreservationOptions options)
    {
        options.Staging.Path = Path.Join(Folder, "staging");
        options.Uploads.CheckpointBytes = 1 << 16;
    }

    protected async Task<Upload> OpenAsync(long length)
    {
        await using var session = await Database.Sessions.BeginAsync(Scope, default);
        var outcome = await Register.OpenAsync(session, Agency, Person, length, "", "gói.zip", default);
        await session.CommitAsync(default);
        return ((OpeningOutcome.Opened)outcome).Upload;
    }

    protected Task<AppendOutcome> AppendAsync(Upload upload, long offset, byte[] bytes) => AppendAsync(upload, new UploadPiece(offset, new MemoryStream(bytes), bytes.Length, null));

    protected Task<AppendOutcome> AppendAsync(Upload upload, UploadPiece piece) => Appending.AppendAsync(Scope, Person, upload.Id, piece, default);

    protected async Task<Upload> FindAsync(Upload upload) => (await Register.FindAsync(Scope, Person, upload.Id, default))!;

    protected string PathOf(Upload upload) => Path.Join(Folder, "staging", "uploads", upload.Id.ToString("N"));
}
