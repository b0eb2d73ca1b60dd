using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Preservation.Signatures.Path;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures.TrustLists;

/// <summary>Reads a TrustServiceStatusList out of its document. Editions 5 and 6 differ in what is not read here.</summary>
internal sealed class TrustListReader(XmlTree tree)
{
    private const int MaxTextCharacters = 4_000;
    private static readonly string[] KnownExtensions = ["Qualifications", "AdditionalServiceInformation", "TakenOverBy", "ExpiredCertsRevocationInfo"];

    /// <summary>Is the document a list at all.</summary>
    public static bool IsList(XmlTree tree) => tree.IsElement(tree.Root, TrustListNames.List, "TrustServiceStatusList");

    /// <exception cref="FormatException">Something that every list has is missing or is not what it must be.</exception>
    public TrustList Read()
    {
        var scheme = Child(tree.Root, "SchemeInformation");
        var next = Child(scheme, "NextUpdate");
        return new TrustList
        {
            Version = (int)Math.Min(int.MaxValue, Number(scheme, "TSLVersionIdentifier")),
            SequenceNumber = Number(scheme, "TSLSequenceNumber"),
            Type = Text(Child(scheme, "TSLType")),
            Operator = Name(Child(scheme, "SchemeOperatorName")),
            Territory = Find(scheme, "SchemeTerritory") is var territory and >= 0 ? Text(territory) : "",
            IssuedAt = Time(Child(scheme, "ListIssueDateTime")),
            NextUpdate = Find(next, "dateTime") is var time and >= 0 ? Time(time) : null,
            Pointers = [.. All(Find(scheme, "PointersToOtherTSL"), "OtherTSLPointer").Select(Pointer)],
            Providers = [.. All(Find(tree.Root, "TrustServiceProviderList"), "TrustServiceProvider").Select(Provider)],
        };
    }

    private TrustListPointer Pointer(int pointer)
    {
        var identities = All(Find(pointer, "ServiceDigitalIdentities"), "ServiceDigitalIdentity").Select(Identity);
        var more = All(Find(pointer, "AdditionalInformation"), "OtherInformation").ToList();
        return new TrustListPointer(Text(Child(pointer, "TSLLocation")), Other("SchemeTerritory"), Other("TSLType"), [.. identities.SelectMany(i => i.Certificates)]);

        string? Other(string local) => more.Select(m => Find(m, local)).Where(e => e >= 0).Select(Text).FirstOrDefault();
    }

    private TrustServiceProvider Provider(int provider) => new(
        Name(Child(Child(provider, "TSPInformation"), "TSPName")), [.. All(Find(provider, "TSPServices"), "TSPService").Select(Service)]);

    private TrustService Service(int service)
    {
        var present = Child(service, "ServiceInformation");
        var history = All(Find(service, "ServiceHistory"), "ServiceHistoryInstance").Select(Period).OrderByDescending(p => p.Since);
        return new TrustService(Name(Child(present, "ServiceName")), [Period(present), .. history]);
    }

    private TrustServicePeriod Period(int element)
    {
        var extensions = All(Find(element, "ServiceInformationExtensions"), "Extension").SelectMany(e => tree.Elements(e).Select(x => (Holder: e, Content: x))).ToList();
        var known = extensions.Where(x => KnownExtensions.Contains(tree.NameOf(x.Content).Local)).ToList();
        return new TrustServicePeriod(
            Text(Child(element, "ServiceTypeIdentifier")), Text(Child(element, "ServiceStatus")), Time(Child(element, "StatusStartingTime")), Identity(Child(element, "ServiceDigitalIdentity")))
        {
            AdditionalInformation = [.. known.Where(x => tree.NameOf(x.Content).Local == "AdditionalServiceInformation").Select(x => Find(x.Content, "URI")).Where(u => u >= 0).Select(Text)],
            Extensions = [.. known.Select(x => $"{tree.NameOf(x.Content).Local}: {Folded(x.Content)}")],
            UnknownCritical = [.. extensions.Except(known).Where(x => tree.ValueOf(x.Holder, "Critical") is "true" or "1").Select(x => tree.NameOf(x.Content).Local).Distinct()],
        };
    }

    private ServiceIdentity Identity(int identity)
    {
        var ids = All(identity, "DigitalId").SelectMany(tree.Elements).ToList();
        var certificates = ids.Where(i => tree.NameOf(i).Local == "X509Certificate")
            .Select(i => Base64Text.Decode(tree, i) is { } der && Certificate.TryDecode(der, out var certificate) ? certificate.Encoded : default).ToList();
        return new ServiceIdentity
        {
            Certificates = [.. certificates.Where(c => !c.IsEmpty)],
            Unreadable = certificates.Count(c => c.IsEmpty),
            SubjectNames = [.. ids.Where(i => tree.NameOf(i).Local == "X509SubjectName").Select(Text)],
            SubjectKeyIds = [.. ids.Where(i => tree.NameOf(i).Local == "X509SKI").Select(i => Base64Text.Decode(tree, i)).OfType<byte[]>().Select(Convert.ToHexStringLower)],
        };
    }

    private int Find(int parent, string local)
    {
        if (parent < 0) return -1;
        // In OtherInformation and extensions the schema's own elements stand too.
        return tree.Element(parent, TrustListNames.List, local);
    }

    private int Child(int parent, string local) => Find(parent, local) is var child and >= 0 ? child : throw new FormatException($"no {local}");

    private IEnumerable<int> All(int parent, string local) => parent < 0 ? [] : tree.Elements(parent, TrustListNames.List, local);

    // Of several languages English (§5.1.4: it is always there), else the first.
    private string Name(int names)
    {
        var all = All(names, "Name").ToList();
        var english = all.Find(n => tree.ValueOf(n, "lang", XmlTree.XmlNamespace) is "en");
        return Text(english > 0 ? english : all.Count > 0 ? all[0] : throw new FormatException($"{tree.NameOf(names).Local} is empty"));
    }

    private string Text(int element)
    {
        if (tree.TextBytes(element) > 4 * MaxTextCharacters) throw new FormatException($"{tree.NameOf(element).Local} is too long");
        return tree.StringValue(element).Trim();
    }

    private long Number(int parent, string local) =>
        long.TryParse(Text(Child(parent, local)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"{local} is no number");

    // §5.1.3: UTC; what says nothing of its offset is read so.
    private DateTimeOffset Time(int element) =>
        DateTimeOffset.TryParse(Text(element), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : throw new FormatException($"{tree.NameOf(element).Local} is no time");

    private string Folded(int element)
    {
        var text = new StringBuilder();
        for (var i = element; i < tree.EndOf(element) && text.Length < MaxTextCharacters; i++)
        {
            if (tree.KindOf(i) == XmlNodeKind.Element) Append(tree.ValueOf(i, "uri"));
            else if (tree.KindOf(i) == XmlNodeKind.Text) Append(Encoding.UTF8.GetString(tree.TextOf(i)));
        }
        return text.Length > MaxTextCharacters ? text.ToString(0, MaxTextCharacters) : text.ToString();

        void Append(string? part)
        {
            foreach (var word in (part ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) text.Append(text.Length > 0 ? " " : "").Append(word);
        }
    }
}
