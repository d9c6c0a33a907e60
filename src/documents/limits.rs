//! Every limit of document reading, with its unit. Over one of them a document is
//! [`Unreadable::OverLimit`](super::Unreadable::OverLimit). They are far above what an office
//! sends and below what one child (1 GiB, 10 s of CPU) can bear.

/// Bytes of one document as it arrives.
pub const BYTES_IN: usize = 25 * 1024 * 1024;

/// Bytes that the parts of a zipped document (DOCX, ODT, XLSX, ODS) unpack to, together.
pub const BYTES_UNPACKED: u64 = 64 * 1024 * 1024;

/// Parts of a zipped document.
pub const PARTS: usize = 5_000;

/// Files of a zip or winmail.dat that are read.
pub const FILES_INSIDE: usize = 50;

/// Depth of nested elements in an XML part; LibreOffice and Word stay below 60.
pub const XML_DEPTH: usize = 256;

/// Tables within tables.
pub const TABLE_DEPTH: usize = 16;

/// Columns that one cell may span (`gridSpan`, `number-columns-repeated` with text).
pub const COLUMN_SPAN: usize = 64;

/// Paragraphs and tables of a document; a thousand pages have some 50,000.
pub const BLOCKS: usize = 200_000;

/// Rows of all sheets or tables of a document, together.
pub const ROWS: usize = 50_000;

/// Cells with text of all sheets or tables, together.
pub const CELLS: usize = 500_000;

/// Columns of one sheet.
pub const COLUMNS: usize = 1_024;

/// Pages of a PDF: a memorandum with all its scanned annexes has a few hundred.
pub const PAGES: usize = 1_000;

/// Bytes that one stream of a PDF unpacks to.
pub const PDF_STREAM: usize = 32 * 1024 * 1024;

/// Bytes that the streams of a PDF which are read (pages, forms, fonts) unpack to, together.
pub const PDF_STREAMS: usize = 128 * 1024 * 1024;

/// Operators of all content streams of a PDF, together.
pub const PDF_OPERATORS: usize = 4_000_000;

/// Forms (drawings used as one operator) within forms.
pub const PDF_FORM_DEPTH: usize = 8;

/// Characters of a PDF, spaces among them, together.
pub const PDF_GLYPHS: usize = 2_000_000;

/// Ruled lines of one page of a PDF that are looked at as tables.
pub const PDF_RULES: usize = 4_000;

/// Bytes of text that a document may give.
pub const TEXT_OUT: usize = 2 * 1024 * 1024;
