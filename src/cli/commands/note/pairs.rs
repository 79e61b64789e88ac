//! A block of a note as it is typed on a command line: `id=0042_add_lease; phase=before`.

use std::str::FromStr;

/// Keys and values of one block, in order. Whether they make sense is asked once the whole note is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairs(Vec<(String, String)>);

/// Why a text is no block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PairsError {
    #[error("`{0}` is not `KEY=VALUE`; pairs are separated by `;`")]
    NoPair(String),
    #[error("`{0}` is no key: keys are small letters, `-`, and `.` within a table")]
    NoKey(String),
    #[error("`{0}` is there twice")]
    Twice(String),
}

impl Pairs {
    pub fn keys(&self) -> &[(String, String)] {
        &self.0
    }
}

impl FromStr for Pairs {
    type Err = PairsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').ok_or_else(|| PairsError::NoPair(part.to_owned()))?;
            let (key, value) = (key.trim(), value.trim());
            let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            if !key.split('.').all(is_name) {
                return Err(PairsError::NoKey(key.to_owned()));
            }
            if pairs.iter().any(|(known, _)| known == key) {
                return Err(PairsError::Twice(key.to_owned()));
            }
            pairs.push((key.to_owned(), value.to_owned()));
        }
        if pairs.is_empty() { Err(PairsError::NoPair(text.to_owned())) } else { Ok(Self(pairs)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_and_what_is_none_is_told() {
        let keys = |text: &str| text.parse::<Pairs>().map(|pairs| pairs.0);
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            keys("id=0042; about = a = b, and c;measured.time=4 minutes;"),
            Ok(vec![pair("id", "0042"), pair("about", "a = b, and c"), pair("measured.time", "4 minutes")])
        );
        assert_eq!(keys("id=1; phase"), Err(PairsError::NoPair("phase".into())));
        assert_eq!(keys(" ; "), Err(PairsError::NoPair(" ; ".into())));
        for key in ["]", "", "a..b", "\"a\"", "a\nb"] {
            assert_eq!(keys(&format!("{key}=1")), Err(PairsError::NoKey(key.into())), "{key}");
        }
        assert_eq!(keys("id=1; id=2"), Err(PairsError::Twice("id".into())));
    }
}
