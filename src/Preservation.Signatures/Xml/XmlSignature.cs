using Preservation.Signatures.Facts;

namespace Preservation.Signatures.Xml;

/// <summary>A signature that was read: its parts, what each reference gave, and the facts.</summary>
internal sealed record XmlSignature(XmlSignatureParts Parts, List<ReferenceOutcome> Outcomes, SignatureFacts Facts);
