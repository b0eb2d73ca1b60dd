namespace Preservation.Signatures.Xml;

/// <summary>A name as it was written and what its prefix stands for (Namespaces in XML 1.0 §4).</summary>
/// <param name="Prefix">Empty where there is none.</param>
/// <param name="Local">Local part; for a processing instruction its target.</param>
/// <param name="Namespace">Namespace name, empty where there is none.</param>
internal sealed record XmlName(string Prefix, string Local, string Namespace)
{
    /// <summary>The name with its prefix, UTF-8.</summary>
    public byte[] Encoded { get; } = System.Text.Encoding.UTF8.GetBytes(Prefix.Length == 0 ? Local : $"{Prefix}:{Local}");

    public bool Is(string @namespace, string local) => Local == local && Namespace == @namespace;
}
