using System.Collections.Immutable;
using Preservation.Signatures.Pdf.Changes;
using Preservation.Signatures.Pdf.Structure;

namespace Preservation.Signatures.Pdf;

/// <summary>What a signature says may change after it (ISO 32000-2 §12.8.2 and the lock of its field, §12.7.5.5).</summary>
/// <param name="Permission">1 nothing, 2 form filling and signing, 3 annotations too; null when it certifies nothing.</param>
/// <param name="Locks">Fields that are not to change.</param>
internal sealed record PdfTransforms(int? Permission, ImmutableArray<PdfTransforms.FieldLock> Locks)
{
    public static PdfTransforms None { get; } = new(null, []);

    /// <param name="signature">The signature dictionary.</param>
    /// <param name="field">Its field; null when it has none.</param>
    /// <param name="view">Where references lead.</param>
    public static PdfTransforms Read(PdfObject.Dictionary signature, PdfObject.Dictionary? field, PdfView view)
    {
        int? permission = null;
        var locks = ImmutableArray.CreateBuilder<FieldLock>();
        foreach (var item in view.Items(signature["Reference"]).Take(32))
        {
            if (view.Dictionary(item) is not { } reference) continue;
            var parameters = view.Dictionary(reference["TransformParams"]);
            switch (view.Name(reference["TransformMethod"]))
            {
                case "DocMDP":
                    permission = Least(permission, view.Integer(parameters?["P"]) ?? 2);
                    break;
                case "FieldMDP" when parameters is not null:
                    locks.Add(ReadLock(parameters, view));
                    break;
                default:
                    break;
            }
        }
        if (view.Dictionary(field?["Lock"]) is { } fieldLock)
        {
            locks.Add(ReadLock(fieldLock, view));
            if (view.Integer(fieldLock["P"]) is { } p) permission = Least(permission, p);
        }
        return new PdfTransforms(permission, locks.ToImmutable());
    }

    /// <summary>The stricter of two.</summary>
    public PdfTransforms With(PdfTransforms other) =>
        new(other.Permission is { } p ? Least(Permission, p) : Permission, [.. Locks, .. other.Locks]);

    public bool Allows(PdfChange change) => change.Kind switch
    {
        PdfChangeKind.Metadata or PdfChangeKind.Validation => true,
        PdfChangeKind.Signing or PdfChangeKind.FormFilling => Permission is not 1 && (change.Field is null || !Locks.Any(l => l.Holds(change.Field))),
        PdfChangeKind.Annotation => Permission == 3,
        _ => false,
    };

    private static FieldLock ReadLock(PdfObject.Dictionary dictionary, PdfView view) => new(
        view.Name(dictionary["Action"]) ?? "All",
        [.. view.Items(dictionary["Fields"]).Select(f => view.Resolve(f) is PdfObject.String text ? PdfField.Text(text.Bytes) : "")]);

    private static int Least(int? known, long value) => Math.Min(known ?? 3, (int)Math.Clamp(value, 1, 3));

    /// <param name="Action"><c>All</c>, <c>Include</c> those named or <c>Exclude</c> them; anything else is taken for all.</param>
    /// <param name="Fields">Names; a name stands for the fields below it.</param>
    internal sealed record FieldLock(string Action, ImmutableArray<string> Fields)
    {
        public bool Holds(string field)
        {
            var isNamed = Fields.Any(f => field == f || field.StartsWith(f + ".", StringComparison.Ordinal));
            return Action switch { "Include" => isNamed, "Exclude" => !isNamed, _ => true };
        }
    }
}
