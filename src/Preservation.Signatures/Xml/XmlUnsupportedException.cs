namespace Preservation.Signatures.Xml;

/// <summary>A part of a standard that is not built, or not allowed: nothing is said about what uses it. Caught where facts are made.</summary>
internal sealed class XmlUnsupportedException(string what) : Exception(what);

/// <summary>What is signed cannot be had or made as the signature says: it does not hold. Caught where facts are made.</summary>
internal sealed class XmlRefusedException(string why) : Exception(why);
