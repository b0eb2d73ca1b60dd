namespace Preservation.Catalogue.Model;

/// <summary>What an agency is to the archive.</summary>
public enum AgencyKind
{
    /// <summary>Sends records (nguồn nộp lưu).</summary>
    Submitting,

    /// <summary>Lưu trữ hiện hành.</summary>
    CurrentArchive,

    /// <summary>Lưu trữ lịch sử: keeps permanent records.</summary>
    HistoricalArchive,

    /// <summary>Lưu trữ chuyên ngành.</summary>
    SpecialisedArchive,
}
