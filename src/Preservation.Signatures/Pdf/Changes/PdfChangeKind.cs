namespace Preservation.Signatures.Pdf.Changes;

/// <summary>What a later revision does to a document, from what is always allowed to what never is (ISO 32000-2 §12.8.2.2, table 257).</summary>
internal enum PdfChangeKind
{
    /// <summary>Metadata, version, identifiers: nothing a reader is shown.</summary>
    Metadata,

    /// <summary>Validation material and document time-stamps (EN 319 142-1 §5.4).</summary>
    Validation,

    /// <summary>A signature field filled, or added with its signature.</summary>
    Signing,

    /// <summary>A value entered into a field of a form.</summary>
    FormFilling,

    /// <summary>A comment or another annotation added, changed or removed.</summary>
    Annotation,

    /// <summary>Anything else: pages, resources, actions, the form itself.</summary>
    Other,
}
