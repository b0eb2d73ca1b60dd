using System.Security.Cryptography;

namespace Preservation.Signatures.Pdf.Structure;

/// <summary>The structure cannot be read; never leaves this folder's readers but as an answer.</summary>
internal sealed class PdfException : Exception
{
    public PdfException(string message)
        : base(message)
    {
    }

    public PdfException()
    {
    }

    public PdfException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Does this say that the file is no sound PDF: numbers beyond any file and keys of odd lengths are found by what they break.</summary>
    public static bool IsDamage(Exception exception) => exception is PdfException or OverflowException or CryptographicException or InvalidDataException;
}
