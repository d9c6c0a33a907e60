//! People in logs: enough to recognise, not enough to write to.

/// An address with most of its local part hidden: `a…o@ministerio.example`.
pub fn address(address: &str) -> String {
    let Some((local, domain)) = address.split_once('@') else {
        return "…".to_owned();
    };
    let mut letters = local.chars();
    match (letters.next(), letters.next_back()) {
        (Some(first), Some(last)) => format!("{first}…{last}@{domain}"),
        _ => format!("…@{domain}"),
    }
}

/// A server's words with each address in them masked.
pub fn words(words: &str) -> String {
    let belongs = |c: char| c.is_alphanumeric() || "@.!#$%&'*+/=?^_`{|}~-".contains(c);
    let mut masked = String::new();
    let mut word = String::new();
    for character in words.chars() {
        if belongs(character) {
            word.push(character);
            continue;
        }
        masked.push_str(&shown(&word));
        masked.push(character);
        word.clear();
    }
    masked.push_str(&shown(&word));
    masked
}

fn shown(word: &str) -> String {
    match word.contains('@') {
        true => address(word),
        false => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn hides_addresses_in_a_server_s_words() {
        let said = "RCPT TO: 550 5.1.1 <ana.soto@m.example>: User unknown (ana.soto@m.example)";
        let masked = "RCPT TO: 550 5.1.1 <a…o@m.example>: User unknown (a…o@m.example)";
        assert_eq!(super::words(said), masked);
        assert_eq!(super::words("450 try again"), "450 try again");
    }

    #[test]
    fn hides_the_middle() {
        assert_eq!(super::address("ana.soto@m.example"), "a…o@m.example");
        assert_eq!(super::address("a@m.example"), "…@m.example");
        assert_eq!(super::address("nonsense"), "…");
    }
}
