namespace Preservation.Catalogue.Model;

/// <summary>What a grant allows (vietnam.md §4.4).</summary>
public enum Role
{
    /// <summary>Người nộp: submits and sees its own.</summary>
    Producer,

    /// <summary>Lưu trữ viên tiếp nhận: checks, returns, prepares.</summary>
    IngestArchivist,

    /// <summary>Người phê duyệt: approves or refuses.</summary>
    Approver,

    /// <summary>Cán bộ bảo quản số: fixity, repair, evidence.</summary>
    PreservationOfficer,

    /// <summary>Cán bộ phục vụ độc giả: serves readers.</summary>
    ReferenceArchivist,

    /// <summary>Chủ tịch Hội đồng xét hủy: heads the council that decides on disposal, and votes.</summary>
    CouncilChair,

    /// <summary>Thành viên Hội đồng xét hủy: votes.</summary>
    CouncilMember,

    /// <summary>Người thực hiện hủy: carries out a signed decision.</summary>
    DisposalExecutor,

    /// <summary>Độc giả: reads what is open.</summary>
    Reader,

    /// <summary>Kiểm toán viên: reads provenance and logs, writes nothing.</summary>
    Auditor,

    /// <summary>Quản trị hệ thống: people, grants, agencies, agreements; no content.</summary>
    Administrator,

    /// <summary>Bên ký gửi: the program that holds an escrow tells the service what it holds; nothing else.</summary>
    EscrowHolder,
}
