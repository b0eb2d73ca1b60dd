using Preservation.Core.Findings;
using Preservation.Core.Log;

namespace Preservation.Cli.Auditing;

/// <summary>What <c>audit</c> says to people.</summary>
internal static class AuditTexts
{
    public static LocalizedText Of(LogVerdict verdict) => verdict.IsConsistent switch
    {
        true => new(FormattableString.Invariant($"The log of {verdict.Size} entries extends what the receipts saw."),
            FormattableString.Invariant($"Nhật ký gồm {verdict.Size} mục nối tiếp đúng những gì các biên nhận đã thấy.")),
        false => new(FormattableString.Invariant($"The log of {verdict.Size} entries is NOT an extension of what was seen."),
            FormattableString.Invariant($"Nhật ký gồm {verdict.Size} mục KHÔNG phải là phần nối tiếp của những gì đã thấy.")),
        null => new("No receipt could judge this log.", "Không biên nhận nào đủ căn cứ để đánh giá nhật ký này."),
    };

    public static LocalizedText Of(WitnessVerdict? verdict) => verdict?.Outcome switch
    {
        null => new("does not speak about the log, because its seal does not hold", "không được dùng làm chứng về nhật ký vì dấu niêm phong không đúng"),
        WitnessOutcome.Consistent => verdict.Sequence is { } place
            ? new(FormattableString.Invariant($"saw {verdict.Witness.TreeSize} entries, all as they were; its own entry stands at place {place}"),
                FormattableString.Invariant($"đã thấy {verdict.Witness.TreeSize} mục, tất cả còn nguyên; mục của chính biên nhận nằm ở vị trí {place}"))
            : new(FormattableString.Invariant($"saw {verdict.Witness.TreeSize} entries, all as they were"), FormattableString.Invariant($"đã thấy {verdict.Witness.TreeSize} mục, tất cả còn nguyên")),
        WitnessOutcome.NotYetSealed => new(FormattableString.Invariant($"saw {verdict.Witness.TreeSize} entries, all as they were; its own entry is too new to be sealed"),
            FormattableString.Invariant($"đã thấy {verdict.Witness.TreeSize} mục, tất cả còn nguyên; mục của chính biên nhận quá mới, chưa được niêm phong")),
        WitnessOutcome.NotJudged => verdict.Witness.IsBlind
            ? new("saw nothing of the log", "chưa thấy gì của nhật ký")
            : new("is younger than this log says it is: get a log of today", "được cấp sau thời điểm ghi trong nhật ký này: hãy lấy nhật ký của hôm nay"),
        _ => verdict.Difference is { } difference ? Of(difference) : new("shows another history", "cho thấy một lịch sử khác"),
    };

    public static LocalizedText Of(LogDifference difference)
    {
        var id = difference.Entry is { } entry ? FormattableString.Invariant($" (id {entry})") : "";
        var (done, doneVi) = difference.Kind switch
        {
            LogDifferenceKind.Changed => ("was changed", "đã bị sửa"),
            LogDifferenceKind.Added => ("was added later", "đã bị chèn thêm"),
            LogDifferenceKind.Removed => ("is gone", "đã bị xóa"),
            LogDifferenceKind.Moved => ("stands in another place", "đã bị đổi chỗ"),
            _ => ("was changed, added, removed or moved", "đã bị sửa, chèn thêm, xóa hoặc đổi chỗ"),
        };
        return difference.IsExact
            ? new(FormattableString.Invariant($"The first difference is the entry at place {difference.From}{id}: it {done} ({difference.Witness})."),
                FormattableString.Invariant($"Khác biệt đầu tiên là mục ở vị trí {difference.From}{id}: mục này {doneVi} ({difference.Witness})."))
            : new(FormattableString.Invariant($"An entry{id} between place {difference.From} and place {difference.Until - 1} {done}; everything before place {difference.From} is as it was; the receipts at hand do not tell more ({difference.Witness})."),
                FormattableString.Invariant($"Một mục{id} trong khoảng từ vị trí {difference.From} đến vị trí {difference.Until - 1} {doneVi}; mọi mục trước vị trí {difference.From} còn nguyên; các biên nhận hiện có không cho biết chính xác hơn ({difference.Witness})."));
    }

    public static LocalizedText Of(SealProof proof) => proof.Kind switch
    {
        "evidence" => new(FormattableString.Invariant($"an evidence record proves the receipt from {proof.Time:O} on"), FormattableString.Invariant($"hồ sơ bằng chứng chứng minh biên nhận đã có từ {proof.Time:O}")),
        "log" => new(FormattableString.Invariant($"its entry lies below what {proof.Receipt} of {proof.Time:O} saw"), FormattableString.Invariant($"mục của biên nhận nằm trong phần nhật ký mà {proof.Receipt} lúc {proof.Time:O} đã thấy")),
        _ => new(FormattableString.Invariant($"the key was not lost, and the receipt is of {proof.Time:O}"), FormattableString.Invariant($"khóa không bị lộ và biên nhận được cấp lúc {proof.Time:O}")),
    };

    public static LocalizedText Of(ReceiptSeal seal) => seal.State switch
    {
        SealState.Valid => new($"seal holds, key {seal.Key}", $"dấu niêm phong đúng, khóa {seal.Key}"),
        SealState.Missing => new("no seal beside it (.p7s)", "không có tệp dấu niêm phong (.p7s) đi kèm"),
        SealState.UnknownKey => new($"sealed by the key {seal.Key}, which is none of those that were named or published", $"niêm phong bằng khóa {seal.Key}, không thuộc các khóa đã nêu hoặc đã công bố"),
        SealState.RevokedLater => new($"sealed by the key {seal.Key}, which was revoked later: {Of(seal.Proof!).En}", $"niêm phong bằng khóa {seal.Key}, khóa này bị thu hồi sau đó: {Of(seal.Proof!).Vi}"),
        SealState.Revoked => new($"sealed by the key {seal.Key}, which is revoked, and nothing proves that the receipt is older", $"niêm phong bằng khóa {seal.Key} đã bị thu hồi, và không có gì chứng minh biên nhận có trước khi thu hồi"),
        _ => new("the seal does not hold over this receipt", "dấu niêm phong không khớp với biên nhận này"),
    };
}
