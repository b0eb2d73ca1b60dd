using Preservation.Server.Pages.Shared;

namespace Preservation.Server.Tests.Pages.Shared;

internal sealed class ChartPartsTests
{
    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(3, 3)]
    [TestCase(7, 8)]
    [TestCase(9, 10)]
    [TestCase(11, 20)]
    [TestCase(2_001, 3_000)]
    public void The_axis_ends_at_a_round_number_not_below_the_highest_bar(long highest, long end) => Assert.That(ChartParts.Nice(highest), Is.EqualTo(end));
}
