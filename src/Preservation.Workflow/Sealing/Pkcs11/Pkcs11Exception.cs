using System.Globalization;

namespace Preservation.Workflow.Sealing.Pkcs11;

/// <summary>A token refused, or is not there.</summary>
public sealed class Pkcs11Exception : IOException
{
    /// <summary>Makes it of what a function returned.</summary>
    /// <param name="function">As PKCS #11 names it.</param>
    /// <param name="code">CK_RV.</param>
    internal Pkcs11Exception(string function, nuint code) : base(string.Create(CultureInfo.InvariantCulture, $"{function} of the token gave {Pkcs11Code.Name(code)} (0x{code:X})")) => Code = code;

    /// <summary>Makes it of a text.</summary>
    public Pkcs11Exception(string message) : base(message)
    {
    }

    /// <summary>Makes it of a text and what lies behind it.</summary>
    public Pkcs11Exception(string message, Exception inner) : base(message, inner)
    {
    }

    /// <summary>Makes it without a text.</summary>
    public Pkcs11Exception()
    {
    }

    /// <summary>CK_RV (PKCS #11 v2.40 §3.6); 0 where no function gave one.</summary>
    internal nuint Code { get; }
}
