//! Lists of checksums as `sha256sum` prints and checks them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// The SHA-256 of what `reader` has left, in hexadecimal digits, and its length in bytes.
pub fn sum_of(mut reader: impl Read) -> io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let size = io::copy(&mut reader, &mut hasher)?;
    Ok((hexadecimal(&hasher.finalize()), size))
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// One line for each file, in the order of their paths.
pub(super) fn write(sums: &BTreeMap<String, String>) -> String {
    sums.iter().fold(String::new(), |mut text, (path, sum)| {
        let _ = writeln!(text, "{sum}  {path}");
        text
    })
}

/// The checksums by path; `None` where it is no such list or names a file twice.
pub(super) fn read(text: &str) -> Option<BTreeMap<String, String>> {
    let mut sums = BTreeMap::new();
    for line in text.lines() {
        let (sum, path) = line.split_once("  ")?;
        let is_sum = sum.len() == 64 && sum.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_sum || sums.insert(path.to_owned(), sum.to_owned()).is_some() {
            return None;
        }
    }
    Some(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_as_it_was_written() {
        let (sum, size) = sum_of(&b"abc"[..]).unwrap();
        assert_eq!((sum.as_str(), size), ("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3));
        let sums = BTreeMap::from([("a b".to_owned(), sum.clone()), ("c".to_owned(), sum.clone())]);
        let text = write(&sums);
        assert_eq!(text, format!("{sum}  a b\n{sum}  c\n"));
        assert_eq!(read(&text).unwrap(), sums);
        for bad in
            [format!("{sum}  a\n{sum}  a\n"), format!("{sum} *a\n"), "x  a\n".into(), sum.to_uppercase() + "  a\n"]
        {
            assert_eq!(read(&bad), None, "{bad}");
        }
    }
}
