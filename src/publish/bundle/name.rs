//! Names that every file system takes and no other program reads as something else.

/// Longer ones do not fit into the head of an entry.
const LONGEST: usize = 220;

/// Why a file cannot be called so in a bundle; `None` where it can.
pub(super) fn fault(path: &str) -> Option<&'static str> {
    if path.len() > LONGEST {
        return Some("it is too long");
    }
    path.split('/').find_map(|part| match part {
        "" | "." | ".." => Some("it leads somewhere else"),
        _ if part.starts_with('-') => Some("programs would read it as an option"),
        _ if part.ends_with(['.', ' ']) => Some("some file systems cut its end off"),
        _ if !part.chars().all(is_plain) => Some("it has characters that not every system takes"),
        _ => None,
    })
}

/// The name of something as a part of file names.
pub fn slug(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._+".contains(c) { c } else { '-' }).collect();
    let plain = plain.trim_matches(['-', '.']).to_lowercase();
    if plain.is_empty() { "bundle".to_owned() } else { plain }
}

fn is_plain(c: char) -> bool {
    (c.is_ascii_graphic() || c == ' ') && !"\\:*?\"<>|".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_mean_the_same_everywhere_are_taken() {
        for good in ["a", "docs/self-hosted/1.8/index.html", "artifacts/acme (x86_64)+1.tar.gz"] {
            assert_eq!(fault(good), None, "{good}");
        }
        let long = "a".repeat(LONGEST + 1);
        for bad in ["", "/a", "a/", "a//b", "../a", "a/./b", "-rf", "a.", "a ", "a\\b", "c:a", "ü", "a\nb", &long] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_slug_can_be_part_of_a_name() {
        for (name, slug_of) in [("Acme Server", "acme-server"), ("../x", "x"), ("東京", "bundle"), ("v1.8+2", "v1.8+2")]
        {
            assert_eq!(slug(name), slug_of);
            assert_eq!(fault(&slug(name)), None);
        }
    }
}
