using Preservation.Packages.Aip;
using Preservation.Packages.Dip;
using Preservation.Packages.Tests.Aip;
using Preservation.Packages.Tests.Eark;
using Preservation.Packages.Tests.Tt05;

namespace Preservation.Packages.Tests.Dip;

internal static class DipSamples
{
    public static readonly DipRequest Request = new()
    {
        RequestId = "YC-2026-001", RequestDate = "2026-03-02", Purpose = "02", PurposeContent = "Giải quyết chế độ", FeeObjectType = "01", ResearchTopic = "Tổ chức bộ máy",
        Recipient = "Nguyễn Văn A", Authorizer = "Trần Thị B",
    };

    public static async Task<MemoryTree> Tt05AipAsync(string? json = null)
    {
        var sip = json is null ? await Tt05Samples.SipAsync() : MemoryTree.FromZip((await Tt05Samples.PackAsync(json)).Zip);
        return AipSamples.Build(AipPlanner.Plan(AipSamples.Request(sip, (await Tt05Samples.CheckAsync(sip)).Description!) with { ArchiveCode = "H49.LTLS" }), sip);
    }

    public static Task<MemoryTree> EarkAipAsync() => EarkSamples.GetAsync(EarkSample.Aip);

    public static Task<MemoryTree> AipAsync(PackageKind from) => from == PackageKind.Tt05 ? Tt05AipAsync() : EarkAipAsync();

    public static async Task<(PackResult Result, MemoryTree? Dip)> MakeAsync(MemoryTree aip, PackageKind kind, DipRequest? request = null, PackOptions? options = null)
    {
        using var zip = new MemoryStream();
        var result = await DipPacker.PackAsync(aip, kind, request ?? Request, zip, options ?? Tt05Samples.Options(), default);
        return (result, result.ObjId is null ? null : MemoryTree.FromZip(zip.ToArray()));
    }

    public static async Task<MemoryTree> DipAsync(MemoryTree aip, PackageKind kind, DipRequest? request = null)
    {
        var (result, dip) = await MakeAsync(aip, kind, request);
        Assert.That(dip, Is.Not.Null, string.Join('\n', result.Findings.Select(f => f.Rule.Code + " " + f.Path + " " + f.Expected + " " + f.Found)));
        return dip!;
    }

    /// <summary>The content files: what lies below <c>representations/*/data/</c>.</summary>
    public static SortedDictionary<string, byte[]> Payload(MemoryTree tree) => new(
        tree.Files.Where(f => f.Key.Split('/') is ["representations", _, "data", ..]).ToDictionary(f => f.Key, f => f.Value), StringComparer.Ordinal);

    public static IEnumerable<string> Lines(PackageReport report) => report.Findings.Select(f => $"{f.Rule.Severity} {f.Rule.Code} {f.Path} {f.Expected} {f.Found}");
}
