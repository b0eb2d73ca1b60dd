using System.Text;
using Preservation.Core;
using Preservation.Packages.Tests.Tt05.Tt02;
using Preservation.Packages.Tt05.Lists;
using Preservation.Testing.Fuzzing;
using static Preservation.Packages.Tests.Tt05.Lists.ListSamples;

namespace Preservation.Packages.Tests.Tt05.Lists;

/// <summary>Spoilt worksheets, as agencies keep them and as Circular 02/2019 delivered them: findings or dossiers, never an exception.</summary>
[Category("Fuzz")]
public sealed class ListFuzzTests
{
    [Test]
    public Task Workbooks_of_all_shapes() => Fuzz.RunAsync("xlsx", [Workbooks.Xlsx(Sheet()).ToArray(), Seeds.Stored(Workbooks.Xlsx(Sheet()).ToArray())], (input, _) => SaysSomethingAsync(input, "list.xlsx"), share: 3);

    [Test]
    public Task Text_with_separators() => Fuzz.RunAsync("csv", [Workbooks.Csv(Rows(), ';').ToArray(), Workbooks.Csv(Rows(), ',').ToArray()], (input, _) => SaysSomethingAsync(input, "list.csv"), share: 3);

    [Test]
    public Task Deliveries_of_the_old_circular() => Fuzz.RunAsync("Circular 02/2019", [Encoding.UTF8.GetBytes(Tt02DeliveryTests.Xml)], async (input, token) =>
    {
        var delivery = new MemoryTree("giao").With("hoso.xml", "");
        delivery.Files["hoso.xml"] = input;
        await Tt05List.ReadCircular02Async(delivery, Tt05Defaults.Parse([]), Limits.Default, token);
    }, share: 3);

    private static async Task SaysSomethingAsync(byte[] input, string name)
    {
        var list = await ReadAsync(new MemoryStream(input), name);
        Assert.That(list.Findings.Length + list.Dossiers.Length, Is.GreaterThan(0));
    }
}
