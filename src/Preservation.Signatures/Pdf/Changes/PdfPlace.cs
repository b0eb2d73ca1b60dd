using System.Globalization;

namespace Preservation.Signatures.Pdf.Changes;

/// <summary>A place in a document as a chain of keys, written out only when a finding needs it.</summary>
/// <param name="Parent">The place above; null at the trailer.</param>
/// <param name="Key">Its key there.</param>
/// <param name="ObjectNumber">The object that holds it; zero for the trailer.</param>
internal sealed record PdfPlace(PdfPlace? Parent, string Key, int ObjectNumber)
{
    private const int MaxKeys = 24;

    public PdfPlace To(string key) => new(this, key, ObjectNumber);

    public PdfPlace To(int index) => new(this, index.ToString(CultureInfo.InvariantCulture), ObjectNumber);

    public PdfPlace In(int number) => this with { ObjectNumber = number };

    public override string ToString()
    {
        var keys = new List<string>();
        for (var at = this; at is not null && keys.Count < MaxKeys; at = at.Parent)
            if (at.Key.Length > 0) keys.Add(at.Key);
        keys.Reverse();
        return string.Join('/', keys);
    }
}
