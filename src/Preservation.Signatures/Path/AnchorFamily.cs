namespace Preservation.Signatures.Path;

/// <summary>Whose authorities an anchor belongs to. Vietnam has two root families (Decree 68/2024/ND-CP and Decree 23/2025/ND-CP); what an operator does not name has none.</summary>
public static class AnchorFamily
{
    /// <summary>Official-duty certificates (chuyên dùng công vụ, formerly chuyên dùng Chính phủ) of the Government Cipher Committee.</summary>
    public const string OfficialDuty = "official-duty";

    /// <summary>Public authorities under the national root (CA công cộng).</summary>
    public const string Public = "public";

    /// <summary>Time-stamping authorities; not believed for signatures on documents.</summary>
    public const string TimeStamping = "time-stamping";

    /// <summary>Is it one of the three.</summary>
    public static bool IsKnown(string family) => family is OfficialDuty or Public or TimeStamping;
}
