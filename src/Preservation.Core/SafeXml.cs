using System.Xml;

namespace Preservation.Core;

/// <summary>The one way to read foreign XML: no DTD, no resolver, a bound on characters.</summary>
public static class SafeXml
{
    /// <summary>Settings that refuse a DTD and fetch nothing.</summary>
    public static XmlReaderSettings Settings(long maxCharacters) => new()
    {
        Async = true,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = maxCharacters,
        MaxCharactersFromEntities = 0,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = false,
    };

    /// <summary>A reader over the stream; it throws <see cref="XmlException"/> on malformed or hostile content.</summary>
    public static XmlReader Read(Stream stream, Limits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return XmlReader.Create(stream, Settings(limits.MaxMetadataBytes));
    }
}
