namespace Preservation.Workflow.Sealing.Pkcs11;

/// <summary>Values of CK_RV that an operator may meet (PKCS #11 v2.40 §3.6).</summary>
internal static class Pkcs11Code
{
    public const nuint Ok = 0;
    public const nuint UserAlreadyLoggedIn = 0x100;
    public const nuint AlreadyInitialized = 0x191;

    /// <summary>The session or the token went away: opening another session may help.</summary>
    public static bool IsSessionLost(nuint code) => code is 0x30 or 0x31 or 0x32 or 0x60 or 0x82 or 0xB0 or 0xB3 or 0xE0 or 0x101;

    public static string Name(nuint code) => code switch
    {
        0x05 => "CKR_GENERAL_ERROR",
        0x30 => "CKR_DEVICE_ERROR",
        0x31 => "CKR_DEVICE_MEMORY",
        0x32 => "CKR_DEVICE_REMOVED",
        0x60 => "CKR_KEY_HANDLE_INVALID",
        0x68 => "CKR_KEY_FUNCTION_NOT_PERMITTED",
        0x70 => "CKR_MECHANISM_INVALID",
        0x82 => "CKR_OBJECT_HANDLE_INVALID",
        0xA0 => "CKR_PIN_INCORRECT",
        0xA3 => "CKR_PIN_EXPIRED",
        0xA4 => "CKR_PIN_LOCKED",
        0xB0 => "CKR_SESSION_CLOSED",
        0xB1 => "CKR_SESSION_COUNT",
        0xB3 => "CKR_SESSION_HANDLE_INVALID",
        0xE0 => "CKR_TOKEN_NOT_PRESENT",
        0x101 => "CKR_USER_NOT_LOGGED_IN",
        0x190 => "CKR_CRYPTOKI_NOT_INITIALIZED",
        _ => "an error",
    };
}
