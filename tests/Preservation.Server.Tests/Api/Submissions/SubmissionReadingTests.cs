using Preservation.Catalogue.Model;
using Preservation.Server.Api.Submissions;

namespace Preservation.Server.Tests.Api.Submissions;

internal sealed class SubmissionReadingTests
{
    private static readonly string[] OfTheIngest = [nameof(Submission.Plan)];

    [Test]
    public void Everything_is_read_but_what_only_the_ingest_needs()
    {
        var submission = new Submission
        {
            Id = Guid.NewGuid(), AgencyId = Guid.NewGuid(), AgreementVersionId = Guid.NewGuid(), SubmittedBy = Guid.NewGuid(), State = SubmissionState.Archiving,
            FileName = "x.zip", Bytes = 5, Sha256 = [1], ReceivedAt = DateTimeOffset.UnixEpoch,
        };
        foreach (var property in typeof(Submission).GetProperties())
            property.SetValue(submission, Type.GetTypeCode(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
            {
                TypeCode.String => property.Name,
                TypeCode.Int32 when !property.PropertyType.IsEnum => 7,
                _ when property.PropertyType == typeof(byte[]) => new byte[] { 1, 2 },
                _ when property.PropertyType == typeof(Guid?) => Guid.NewGuid(),
                _ when property.PropertyType == typeof(DateTimeOffset?) => DateTimeOffset.UnixEpoch.AddDays(1),
                _ => property.GetValue(submission),
            });
        var read = new[] { submission }.AsQueryable().ToLookAt().Single();
        Assert.Multiple(() =>
        {
            foreach (var property in typeof(Submission).GetProperties())
                Assert.That(property.GetValue(read), Is.EqualTo(OfTheIngest.Contains(property.Name) ? null : property.GetValue(submission)), property.Name);
        });
    }
}
