using Preservation.Server.Api.Uploads;

namespace Preservation.Server.Tests.Api.Uploads;

internal sealed class TusMetadataTests
{
    [TestCase(null, "package", null)]
    [TestCase("", "package", null)]
    [TestCase("filename aOG7kyBzxqEuemlw", "hồ sơ.zip", null)]
    [TestCase("filename Li4vLi4vZXRjL3Bhc3N3ZA==", "passwd", null)]
    [TestCase("filename QzpceFx5LnppcA==", "y.zip", null)]
    [TestCase("filename YQ0KYi56aXA=", "ab.zip", null)]
    [TestCase("filename", "package", null)]
    [TestCase("is_confidential,agreement QQ==", "package", "A")]
    [TestCase("filename eA==, agreement QQ==", "x", "A")]
    public void Names_are_read_without_folders_and_control_characters(string? header, string fileName, string? agreement)
    {
        Assert.That(TusMetadata.TryParse(header, out var metadata), Is.True);
        Assert.That((metadata.FileName, metadata.Agreement, metadata.Text), Is.EqualTo((fileName, agreement, header ?? "")));
    }

    [TestCase("filename !")]
    [TestCase("a YQ==  YQ==")]
    [TestCase(",")]
    [TestCase("a YQ==,")]
    [TestCase("a,a")]
    [TestCase("tên eA==")]
    [TestCase("a YQ==\tb")]
    public void What_is_no_list_of_pairs_is_refused(string header) => Assert.That(TusMetadata.TryParse(header, out _), Is.False);

    [Test]
    public void Too_much_is_refused()
    {
        Assert.That(TusMetadata.TryParse("a " + new string('A', 4096), out _), Is.False);
        Assert.That(TusMetadata.TryParse(string.Join(',', Enumerable.Range(0, 33).Select(i => $"k{i}")), out _), Is.False);
        Assert.That(TusMetadata.TryParse(string.Join(',', Enumerable.Range(0, 32).Select(i => $"k{i}")), out _), Is.True);
    }
}
