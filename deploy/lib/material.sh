#!/usr/bin/env bash
# Makes the demonstration's documents with the tools an office would use, in Vietnamese.
#   material.sh DIR PKI_DIR
#   DIR/dossier/       seven documents and one detached signature      DIR/dossier.json   what `preserve pack tt05` needs to know
#   DIR/dossier-2.json the same documents as another dossier, from which refused packages are made
#   DIR/eark/, DIR/eark.json     content for an E-ARK SIP              DIR/bag/, DIR/bag.json content for a bag
# Everybody and everything named in them is invented.
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
DIR=${1:?usage: material.sh DIR PKI_DIR}; PKI=${2:?usage: material.sh DIR PKI_DIR}
[[ -e $PKI/ready ]] || die "there is no PKI in $PKI; make it with pki.sh"
[[ ! -e $DIR/ready ]] || exit 0
CONVERT=$(command -v convert-im6.q16 || command -v convert-im6 || echo /usr/bin/convert)
ICC=$(compgen -G '/usr/share/color/icc/ghostscript/srgb.icc' || true)
for tool in pango-view gs pandoc "$CONVERT" pdfsig certutil pk12util xmlsec1 openssl pdffonts pdfinfo; do command -v "$tool" >/dev/null || die "missing: $tool"; done
[[ -n $ICC ]] || die "missing: the sRGB colour profile of ghostscript (Debian package libgs-common)"
rm -rf "$DIR"; mkdir -p "$DIR"/{dossier,eark/documents,bag,work}
DIR=$(cd "$DIR" && pwd); PKI=$(cd "$PKI" && pwd); W=$DIR/work
export SOURCE_DATE_EPOCH=1718150400 TZ=Asia/Ho_Chi_Minh HOME=$W
quiet() { local log; log=$(mktemp); "$@" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; die "failed: $1"; }; rm -f "$log"; }

# ---- what each tool does -------------------------------------------------------------------------------------------------------
pdfa() { # TEXT PDF TITLE: text → PDF/A-2b on A4, DejaVu Serif embedded, checked
  quiet pango-view --no-display --markup --font='DejaVu Serif 11' --width=470 --margin=60 --dpi=72 --output="$W/plain.pdf" "$1"
  local height; height=$(pdfinfo "$W/plain.pdf" | sed -n 's/^Page size: *[0-9.]* x \([0-9]*\).*/\1/p')
  cat > "$W/pdfa.ps" <<P
%!
[ /Title <$(printf '\xfe\xff' | od -An -tx1 | tr -d ' \n')$(printf %s "$3" | iconv -t UTF-16BE | od -An -v -tx1 | tr -d ' \n')> /DOCINFO pdfmark
[/_objdef {icc_PDFA} /type /stream /OBJ pdfmark
[{icc_PDFA} << /N 3 >> /PUT pdfmark
[{icc_PDFA} ($ICC) (r) file /PUT pdfmark
[/_objdef {OutputIntent_PDFA} /type /dict /OBJ pdfmark
[{OutputIntent_PDFA} << /Type /OutputIntent /S /GTS_PDFA1 /DestOutputProfile {icc_PDFA} /OutputConditionIdentifier (sRGB) >> /PUT pdfmark
[{Catalog} << /OutputIntents [ {OutputIntent_PDFA} ] >> /PUT pdfmark
P
  quiet gs -q -dBATCH -dNOPAUSE -dPDFA=2 -dPDFACompatibilityPolicy=1 -sColorConversionStrategy=RGB -sDEVICE=pdfwrite \
    -sPAPERSIZE=a4 -dFIXEDMEDIA -dAutoRotatePages=/None --permit-file-read="$ICC" -sOutputFile="$2" \
    -c "<</PageOffset [0 $((842 - height))]>> setpagedevice" -f "$W/pdfa.ps" "$W/plain.pdf"
  grep -aq 'pdfaid:part=.2\|<pdfaid:part>2' "$2" || die "ghostscript did not make a PDF/A-2 of $1"
  pdffonts "$2" | awk 'NR > 2 { n++; if ($(NF-4) != "yes") bad = 1 } END { exit !(n && !bad) }' || die "a font is not embedded in $2"
}

scan() { # TEXT JPEG: a page as a scanner sees it: 200 dpi, a little crooked, with noise
  quiet pango-view --no-display --markup --font='DejaVu Serif 11' --width=470 --margin=60 --dpi=200 --output="$W/page.png" "$1"
  quiet "$CONVERT" "$W/page.png" -background "#f7f4ec" -flatten -gravity north -extent 1654x2339 -rotate 0.6 -seed 7 -attenuate 0.25 +noise Gaussian -colorspace Gray \
    -units PixelsPerInch -density 200 -define jpeg:dct-method=float +set date:create +set date:modify -strip -density 200 -quality 82 "$2"
}

sign_pdf() { # IN OUT NAME REASON: an approval signature by poppler and NSS
  if [[ ! -d $W/nss ]]; then
    mkdir "$W/nss"
    quiet certutil -N -d "sql:$W/nss" --empty-password
    quiet certutil -A -d "sql:$W/nss" -n root -t CT,C,C -i "$PKI/ca/root.crt"
    quiet certutil -A -d "sql:$W/nss" -n signing -t ,, -i "$PKI/ca/signing.crt"
    quiet pk12util -i "$PKI/sign/$3.p12" -d "sql:$W/nss" -W demonstration -K ''
  fi
  quiet pdfsig -nssdir "$W/nss" -nss-pwd '' -add-signature -nick "$3" -digest SHA256 -reason "$4" "$1" "$2"
  pdfsig -nssdir "$W/nss" -nss-pwd '' -nocert "$2" 2>/dev/null | grep -q 'Signature is Valid' || die "the signature just made in $2 does not verify"
}

sign_detached() { # FILE NAME: CMS beside the file
  quiet openssl cms -sign -binary -md sha256 -in "$1" -signer "$PKI/sign/$2.crt" -inkey "$PKI/sign/$2.key" -certfile "$PKI/ca/signing.crt" -outform DER -out "$1.p7s"
  quiet openssl cms -verify -binary -inform DER -in "$1.p7s" -content "$1" -CAfile "$PKI/ca/root.crt" -purpose any -out "$W/verified"
}

sign_xml() { # TEMPLATE OUT NAME: enveloped XML signature
  quiet xmlsec1 --sign --privkey-pem "$PKI/sign/$3.key,$PKI/sign/$3.crt,$PKI/ca/signing.crt" --output "$2" "$1"
  quiet xmlsec1 --verify --trusted-pem "$PKI/ca/root.crt" "$2"
}

# ---- the documents -------------------------------------------------------------------------------------------------------------
letterhead() { # NUMBER DATE: the head every document of an agency has (Decree 30/2020)
  cat <<T
<small><b>ỦY BAN NHÂN DÂN TỈNH TRÌNH DIỄN</b>     <b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b></small>
<small>                    <b>SỞ NỘI VỤ</b>                                            <b>Độc lập - Tự do - Hạnh phúc</b></small>
<small>              Số: $1                              <i>Trình Diễn, ngày $2</i></small>

T
}

{ letterhead '112/QĐ-SNV' '15 tháng 01 năm 2024'; cat <<'T'
<big><b>QUYẾT ĐỊNH</b></big>
<b>Về việc ban hành Kế hoạch số hóa tài liệu lưu trữ năm 2024</b>

<b>GIÁM ĐỐC SỞ NỘI VỤ</b>
<i>Căn cứ Luật Lưu trữ;
Căn cứ chức năng, nhiệm vụ, quyền hạn của Sở Nội vụ tỉnh Trình Diễn;
Theo đề nghị của Trưởng phòng Quản lý văn thư - lưu trữ.</i>

<b>QUYẾT ĐỊNH:</b>
<b>Điều 1.</b> Ban hành kèm theo Quyết định này Kế hoạch số hóa tài liệu lưu trữ năm 2024 của Sở Nội vụ.
<b>Điều 2.</b> Quyết định này có hiệu lực kể từ ngày ký.
<b>Điều 3.</b> Chánh Văn phòng, Trưởng các phòng và các cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này./.

                                                                                          <b>GIÁM ĐỐC</b>
                                                                                      <b>Nguyễn Thị An</b>
<i>(Tài liệu trình diễn - không có giá trị pháp lý)</i>
T
} > "$W/1.txt"
pdfa "$W/1.txt" "$DIR/dossier/quyet-dinh-112.pdf" "Quyết định 112/QĐ-SNV"

cat > "$W/2.md" <<'T'
---
title: TỜ TRÌNH
subtitle: Về việc phê duyệt kinh phí số hóa tài liệu lưu trữ năm 2024
author: Phòng Quản lý văn thư - lưu trữ
lang: vi
---
Kính gửi: Giám đốc Sở Nội vụ.

Thực hiện Kế hoạch số hóa tài liệu lưu trữ năm 2024, Phòng Quản lý văn thư - lưu trữ kính trình kinh phí như sau:

| STT | Nội dung | Số lượng | Thành tiền (đồng) |
|----:|:---------|---------:|------------------:|
| 1 | Chỉnh lý tài liệu giấy | 40 mét giá | 320.000.000 |
| 2 | Quét và nhận dạng ký tự | 150.000 trang | 225.000.000 |
| 3 | Kiểm tra, ký số | 150.000 trang | 75.000.000 |

**Tổng cộng: 620.000.000 đồng** (*Sáu trăm hai mươi triệu đồng*).

*(Tài liệu trình diễn - không có giá trị pháp lý)*
T
quiet pandoc -f markdown -t docx -o "$DIR/dossier/to-trinh-08.docx" "$W/2.md"

{ letterhead '245/SNV-VTLT' '20 tháng 02 năm 2024'; cat <<'T'
<i>V/v rà soát tài liệu giấy trước khi số hóa</i>

Kính gửi: Các phòng, đơn vị thuộc Sở.

Để chuẩn bị cho việc số hóa, Sở Nội vụ đề nghị các phòng, đơn vị rà soát, thống kê tài liệu giấy đã đến hạn nộp lưu,
gửi về Phòng Quản lý văn thư - lưu trữ trước ngày 15 tháng 3 năm 2024./.

                                                                                       <b>KT. GIÁM ĐỐC</b>
                                                                                       <b>PHÓ GIÁM ĐỐC</b>
                                                                                        <b>Trần Văn Bình</b>
<i>(Tài liệu trình diễn - không có giá trị pháp lý)</i>
T
} > "$W/3.txt"
scan "$W/3.txt" "$DIR/dossier/cong-van-245.jpg"

{ letterhead '31/TB-SNV' '04 tháng 3 năm 2024'; cat <<'T'
<big><b>THÔNG BÁO</b></big>
<b>Kết luận của Giám đốc Sở tại cuộc họp về tiến độ số hóa tài liệu lưu trữ</b>

1. Các phòng hoàn thành việc rà soát tài liệu giấy trước ngày 15 tháng 3 năm 2024.
2. Mỗi tệp tin sau khi số hóa phải được ký số của cơ quan và kiểm tra tính toàn vẹn trước khi giao nộp.
3. Giao Phòng Quản lý văn thư - lưu trữ đôn đốc, tổng hợp, báo cáo Giám đốc hằng tháng./.

                                                                             <b>TL. GIÁM ĐỐC</b>
                                                                           <b>CHÁNH VĂN PHÒNG</b>
                                                                                  <b>Lê Thị Hạnh</b>
<i>(Tài liệu trình diễn - không có giá trị pháp lý)</i>
T
} > "$W/4.txt"
pdfa "$W/4.txt" "$W/4.pdf" "Thông báo 31/TB-SNV"
sign_pdf "$W/4.pdf" "$DIR/dossier/thong-bao-31.pdf" organisation 'Ban hành văn bản'

{ letterhead '77/BC-SNV' '10 tháng 6 năm 2024'; cat <<'T'
<big><b>BÁO CÁO</b></big>
<b>Kết quả số hóa tài liệu lưu trữ sáu tháng đầu năm 2024</b>

Đến hết ngày 31 tháng 5 năm 2024, Sở Nội vụ đã số hóa 82.450 trang tài liệu, đạt 55% kế hoạch năm; trong đó 1.204 trang
phải quét lại do ảnh mờ, lệch. Toàn bộ tệp tin đạt yêu cầu đã được ký số và tính giá trị băm SHA-256.

Khó khăn: tài liệu giai đoạn 1976 - 1985 giấy giòn, mực phai, cần tu bổ trước khi quét./.

                                                                                          <b>GIÁM ĐỐC</b>
                                                                                      <b>Nguyễn Thị An</b>
<i>(Tài liệu trình diễn - không có giá trị pháp lý)</i>
T
} > "$W/5.txt"
pdfa "$W/5.txt" "$DIR/dossier/bao-cao-77.pdf" "Báo cáo 77/BC-SNV"
sign_detached "$DIR/dossier/bao-cao-77.pdf" person

cat > "$W/6.xml" <<'T'
<?xml version="1.0" encoding="UTF-8"?>
<bienBan xmlns="urn:demonstration:bien-ban" so="05/BB-SNV" ngay="2024-06-12">
  <tieuDe>Biên bản kiểm tra chất lượng tài liệu số hóa đợt 1</tieuDe>
  <thanhPhan>
    <thanhVien chucVu="Trưởng phòng Quản lý văn thư - lưu trữ">Phạm Quốc Khánh</thanhVien>
    <thanhVien chucVu="Chuyên viên">Đỗ Thùy Dương</thanhVien>
  </thanhPhan>
  <ketQua soTrang="82450" soTrangLoi="1204">Đạt yêu cầu sau khi quét lại.</ketQua>
  <ghiChu>Tài liệu trình diễn - không có giá trị pháp lý</ghiChu>
  <Signature xmlns="http://www.w3.org/2000/09/xmldsig#">
    <SignedInfo>
      <CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
      <SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
      <Reference URI="">
        <Transforms>
          <Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
          <Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
        </Transforms>
        <DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
        <DigestValue/>
      </Reference>
    </SignedInfo>
    <SignatureValue/>
    <KeyInfo><X509Data/></KeyInfo>
  </Signature>
</bienBan>
T
sign_xml "$W/6.xml" "$DIR/dossier/bien-ban-05.xml" organisation

{ printf '\xef\xbb\xbf'; cat <<'T'
"Số hồ sơ","Tiêu đề","Số trang","Tình trạng vật lý","Ngày quét"
"01","Tập lưu công văn đi năm 1998","312","Bình thường","2024-03-21"
"02","Hồ sơ thi tuyển công chức năm 1999","187","Tốt","2024-03-22"
"03","Hồ sơ giải thể, sáp nhập các đơn vị trực thuộc năm 2001","246","Hỏng mép","2024-03-25"
T
} | sed 's/$/\r/' > "$DIR/dossier/phu-luc-danh-muc.csv"

# ---- what is said about them ---------------------------------------------------------------------------------------------------
document() { # ID TYPE NUMBER NOTATION DATE SUBJECT CONFIDENCE FILE [ATTACHMENT]
  printf '    { "kind": "doc", "docId": "%s", "typeName": "%s", "codeNumber": "%s", "codeNotation": "%s", "issuedDate": "%s",\n' "${@:1:5}"
  printf '      "subject": "%s",\n      "confidenceLevel": "%s", "file": "%s"' "$6" "$7" "$8"
  [[ -z ${9:-} ]] || printf ', "attachments": ["%s"]' "$9"
  [[ $7 == 02 ]] || printf ', "process": "0"'
  printf ' }'
}

dossier() { # FILE_CODE TITLE ORDINAL
  cat <<J
{
  "registrationCode": "0$3.NL.H26.99.2024",
  "recordStatus": "NEW",
  "agency": { "code": "H26.99", "name": "Sở Nội vụ tỉnh Trình Diễn" },
  "fonds": { "code": "H26.99.P01" },
  "ordinalInRound": $3,
  "dossier": {
    "fileCode": "$1", "title": "$2",
    "maintenance": "01", "mode": "01", "language": ["01"], "startDate": "2024-01-15", "endDate": "2024-06-12",
    "keyword": "số hóa; tài liệu lưu trữ", "numberOfPaper": "1", "confidenceLevel": "03", "riskRecovery": "0",
    "description": "Người lập hồ sơ: Đỗ Thùy Dương"
  },
  "defaults": {
    "document": {
      "organName": "Sở Nội vụ tỉnh Trình Diễn", "language": ["01"], "numberOfPage": "1", "mode": "01", "riskRecovery": "0"
    }
  },
  "documents": [
$(document "$1.0001" 02 112 QĐ-SNV 2024-01-15 'Ban hành Kế hoạch số hóa tài liệu lưu trữ năm 2024' 01 quyet-dinh-112.pdf),
$(document "$1.0002" 15 08 TTr-VTLT 2024-01-29 'Phê duyệt kinh phí số hóa tài liệu lưu trữ năm 2024' 01 to-trinh-08.docx),
$(document "$1.0003" 22 245 SNV-VTLT 2024-02-20 'Rà soát tài liệu giấy trước khi số hóa' 02 cong-van-245.jpg),
$(document "$1.0004" 07 31 TB-SNV 2024-03-04 'Kết luận của Giám đốc Sở về tiến độ số hóa tài liệu lưu trữ' 01 thong-bao-31.pdf),
$(document "$1.0005" 14 77 BC-SNV 2024-06-10 'Kết quả số hóa tài liệu lưu trữ sáu tháng đầu năm 2024' 01 bao-cao-77.pdf bao-cao-77.pdf.p7s),
$(document "$1.0006" 20 05 BB-SNV 2024-06-12 'Kiểm tra chất lượng tài liệu số hóa đợt 1' 01 bien-ban-05.xml),
$(document "$1.0007" 32 01 PL-SNV 2024-06-12 'Danh mục hồ sơ đã số hóa' 01 phu-luc-danh-muc.csv)
  ]
}
J
}
dossier H26.99.2024.01 'Hồ sơ về việc số hóa tài liệu lưu trữ của Sở Nội vụ năm 2024' 1 > "$DIR/dossier.json"
dossier H26.99.2024.02 'Hồ sơ về việc số hóa tài liệu lưu trữ của Sở Nội vụ năm 2024 (bản nộp lỗi)' 2 > "$DIR/dossier-2.json"

# ---- an E-ARK SIP and a bag ----------------------------------------------------------------------------------------------------
cp "$DIR/dossier/quyet-dinh-112.pdf" "$DIR/dossier/bao-cao-77.pdf" "$DIR/eark/documents/"
cat > "$DIR/eark.json" <<'J'
{
  "title": "Quyết định và báo cáo về số hóa tài liệu lưu trữ năm 2024",
  "agencyName": "Sở Nội vụ tỉnh Trình Diễn",
  "agencyCode": "H26.99",
  "registrationCode": "02.NL.H26.99.2024"
}
J
cat > "$DIR/bag.json" <<'J'
{ "Source-Organization": "Sở Nội vụ tỉnh Trình Diễn", "External-Description": "Ảnh quét và phụ lục về số hóa tài liệu lưu trữ năm 2024" }
J
mkdir -p "$DIR/bag/Ảnh" "$DIR/bag/Văn bản"
cp "$DIR/dossier/cong-van-245.jpg" "$DIR/bag/Ảnh/"
cp "$DIR/dossier/to-trinh-08.docx" "$DIR/dossier/phu-luc-danh-muc.csv" "$DIR/bag/Văn bản/"
rm -rf "$W"
find "$DIR" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
touch "$DIR/ready"
