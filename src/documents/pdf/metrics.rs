//! How wide characters are where a file does not say: the standard fonts need not carry widths.

/// Widths of Helvetica for U+0020–U+007E, in thousandths of the font's size (Adobe's metrics).
/// Times is a little narrower; for telling words and columns apart that is near enough.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The width of a character, in parts of the font's size.
pub(super) fn width(character: char, fixed: bool) -> f64 {
    if fixed {
        return 0.6;
    }
    let base = match character {
        'á' | 'à' | 'ä' | 'â' => 'a',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ñ' => 'n',
        'Á' => 'A',
        'É' => 'E',
        'Í' => 'I',
        'Ó' => 'O',
        'Ú' | 'Ü' => 'U',
        'Ñ' => 'N',
        other => other,
    };
    let index = u32::from(base)
        .checked_sub(0x20)
        .and_then(|index| usize::try_from(index).ok());
    let width = index
        .and_then(|index| HELVETICA.get(index))
        .copied()
        .unwrap_or(556);
    f64::from(width) / 1000.0
}
