//! RUT: the number of a person or organisation, with a check digit (modulo 11, weights 2 to 7).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// A RUT that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RutMention {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Digits without dots.
    pub number: u32,
    /// The check digit as written, upper case.
    pub digit: char,
}

impl RutMention {
    /// Whether the check digit is right.
    pub fn is_right(&self) -> bool {
        check_digit(self.number) == self.digit
    }
}

static RUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:^|[^\w.-])(\d{1,3}(?:\.\d{3}){2}|\d{1,3}(?:,\d{3}){2}|\d{7,8}|",
        r"\d{1,2} \d{3} \d{3})\s?[-‐‑–—−]\s?([\dk])(?:[^\w-]|$|-\s)"
    ))
    .ok()
});

/// All RUTs of a text, in order.
pub fn ruts(text: &str) -> Vec<RutMention> {
    let Some(re) = RUT.as_ref() else {
        return vec![];
    };
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(c) = re.captures_at(text, from) {
        let (Some(number), Some(digit)) = (c.get(1), c.get(2)) else {
            break;
        };
        let digits: String = number
            .as_str()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        if let (Ok(n), Some(d)) = (digits.parse(), digit.as_str().chars().next()) {
            let span = number.start()..digit.end();
            out.push(RutMention {
                span,
                number: n,
                digit: d.to_ascii_uppercase(),
            });
        }
        from = digit.end();
    }
    out
}

/// The check digit of a number: `0` to `9` or `K`.
fn check_digit(number: u32) -> char {
    let mut rest = number;
    let mut sum = 0;
    for weight in (2..=7).cycle() {
        if rest == 0 {
            break;
        }
        sum += (rest % 10) * weight;
        rest /= 10;
    }
    match 11 - sum % 11 {
        11 => '0',
        10 => 'K',
        digit => char::from_digit(digit, 10).unwrap_or('K'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        for (number, digit) in [
            (11_111_111, '1'),
            (12_345_678, '5'),
            (1_000_005, 'K'),
            (76_086_428, '5'),
        ] {
            assert_eq!(check_digit(number), digit, "{number}");
        }
    }

    #[test]
    fn ruts_as_people_write_them() {
        for text in [
            "11.111.111-1",
            "11111111-1",
            "RUT: 11.111.111 - 1,",
            "(11.111.111–1)",
            "11 111 111-1",
        ] {
            let found = ruts(text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].is_right(), "{text}");
        }
        for text in [
            "12-345678-00012-24",
            "2 2555 0400",
            "2026-11-05",
            "11.111.111",
        ] {
            assert!(ruts(text).is_empty(), "{text}");
        }
    }
}
