//! Spreadsheets by calamine: each visible sheet a table.

use std::fmt::Display;
use std::io::Cursor;

use calamine::{
    Data, DataRef, ExcelDateTime, Ods, OdsError, Range, Reader, Sheet, SheetType, SheetVisible,
    Xls, XlsError, Xlsx, XlsxError,
};
use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};

use super::package::Package;
use super::shape::{self, Item};
use super::{Block, Unreadable, limits};

/// Reads an XLSX cell by cell: its dense form would take memory for every cell up to the last.
pub(super) fn read_xlsx(bytes: &[u8]) -> Result<Vec<Block>, Unreadable> {
    Package::open(bytes)?.check_all()?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => Unreadable::Encrypted,
        _ => Unreadable::Corrupt,
    })?;
    let mut budget = Budget::default();
    let mut tables = Vec::new();
    for name in visible(book.sheets_metadata()) {
        let mut grid = Grid::default();
        let mut cells = book
            .worksheet_cells_reader(&name)
            .map_err(|_| Unreadable::Corrupt)?;
        while let Some(cell) = cells.next_cell().map_err(|_| Unreadable::Corrupt)? {
            let text = match cell.get_value() {
                DataRef::SharedString(text) => (*text).to_owned(),
                other => text_of(&Data::from(other.clone())),
            };
            grid.put(cell.get_position(), text, &mut budget)?;
        }
        tables.push(Item::Table(grid.rows));
    }
    Ok(shape::shape(tables))
}

/// Reads an OpenDocument spreadsheet.
pub(super) fn read_ods(bytes: &[u8]) -> Result<Vec<Block>, Unreadable> {
    Package::open(bytes)?.check_all()?;
    let book: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
        OdsError::Password => Unreadable::Encrypted,
        _ => Unreadable::Corrupt,
    })?;
    read_dense(book)
}

/// Reads a spreadsheet of Excel 97–2003.
pub(super) fn read_xls(bytes: &[u8]) -> Result<Vec<Block>, Unreadable> {
    let book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => Unreadable::Encrypted,
        _ => Unreadable::Corrupt,
    })?;
    read_dense(book)
}

fn read_dense<'a, B>(mut book: B) -> Result<Vec<Block>, Unreadable>
where
    B: Reader<Cursor<&'a [u8]>>,
{
    let mut budget = Budget::default();
    let mut tables = Vec::new();
    for name in visible(book.sheets_metadata()) {
        let range: Range<Data> = book
            .worksheet_range(&name)
            .map_err(|_| Unreadable::Corrupt)?;
        let mut grid = Grid::default();
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let row = u32::try_from(row).unwrap_or(u32::MAX);
            let column = u32::try_from(column).unwrap_or(u32::MAX);
            let position = (top.saturating_add(row), left.saturating_add(column));
            grid.put(position, text_of(value), &mut budget)?;
        }
        tables.push(Item::Table(grid.rows));
    }
    Ok(shape::shape(tables))
}

fn visible(sheets: &[Sheet]) -> Vec<String> {
    sheets
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible)
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect()
}

/// What all sheets together may hold.
#[derive(Default)]
struct Budget {
    rows: usize,
    cells: usize,
}

/// The rows of a sheet, without those that are empty.
#[derive(Default)]
struct Grid {
    rows: Vec<Vec<String>>,
    /// The number, in the sheet, of the last row of `rows`.
    last: Option<u32>,
}

impl Grid {
    /// Puts a cell; they come row by row. A gap of empty rows is one empty row.
    fn put(
        &mut self,
        (row, column): (u32, u32),
        text: String,
        budget: &mut Budget,
    ) -> Result<(), Unreadable> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= limits::COLUMNS {
            return Err(Unreadable::OverLimit);
        }
        if self.last != Some(row) {
            if self.last.is_some_and(|last| row > last.saturating_add(1)) {
                self.rows.push(Vec::new());
            }
            self.rows.push(Vec::new());
            self.last = Some(row);
            budget.rows += 1;
        }
        // The width of a row counts, not its filled cells: that is what takes memory.
        if let Some(cells) = self.rows.last_mut() {
            if cells.len() <= column {
                budget.cells += column + 1 - cells.len();
                cells.resize(column + 1, String::new());
            }
            cells[column] = text;
        }
        if budget.rows > limits::ROWS || budget.cells > limits::CELLS {
            return Err(Unreadable::OverLimit);
        }
        Ok(())
    }
}

/// A value as one would write it in a letter.
fn text_of(value: &Data) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::String(text) => text.clone(),
        Data::Bool(true) => "TRUE".to_owned(),
        Data::Bool(false) => "FALSE".to_owned(),
        Data::DateTime(date) => date_text(date),
        Data::DateTimeIso(text) => iso_text(text),
        Data::DurationIso(text) => duration_text(text),
        Data::Error(error) => error_text(error),
        Data::Empty => String::new(),
    }
}

fn error_text(error: &impl Display) -> String {
    error.to_string()
}

/// Whole numbers without a decimal part; `Display` of `f64` is the shortest that reads back alike.
fn number_text(number: f64) -> String {
    number.to_string()
}

/// `2026-10-12`, `2026-10-12T15:30`, or `15:30` where there is no day.
fn date_text(date: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
    let instant = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))
        .and_then(|day| {
            day.and_hms_milli_opt(hour.into(), minute.into(), second.into(), milli.into())
        })
        // 15:30 is stored as 0.6458333: half a second more, and the rest is cut off.
        .and_then(|instant| instant.checked_add_signed(TimeDelta::milliseconds(500)))
        .and_then(|instant| instant.with_nanosecond(0));
    let Some(instant) = instant else {
        return number_text(date.as_f64());
    };
    let time = if instant.second() == 0 {
        "%H:%M"
    } else {
        "%H:%M:%S"
    };
    if date.is_duration() || (0.0..1.0).contains(&date.as_f64()) {
        return instant.format(time).to_string();
    }
    if instant.time() == NaiveTime::MIN {
        return instant.format("%Y-%m-%d").to_string();
    }
    instant.format(&format!("%Y-%m-%dT{time}")).to_string()
}

/// An ISO date of ODS, without a time that is midnight and without seconds that are zero.
fn iso_text(text: &str) -> String {
    let text = text.split('.').next().unwrap_or(text);
    let text = text.strip_suffix("T00:00:00").unwrap_or(text);
    match text.split_once('T') {
        Some((_, time)) if time.len() == 8 => text.strip_suffix(":00").unwrap_or(text).to_owned(),
        _ => text.to_owned(),
    }
}

/// `PT15H30M00S`, as ODS writes a time of day, as `15:30`.
fn duration_text(text: &str) -> String {
    let parts = || {
        let rest = text.strip_prefix("PT")?;
        let (hours, rest) = rest.split_once('H')?;
        let (minutes, _) = rest.split_once('M')?;
        let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
        Some(format!("{hours:02}:{minutes:02}"))
    };
    parts().unwrap_or_else(|| text.to_owned())
}
