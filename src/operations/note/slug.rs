//! The name of a note, from the sentence it begins with.

/// Characters that a name has at most.
const LENGTH: usize = 60;

/// Words in lower case with hyphens between them; `None` where the text has no word. A word that would pass the length is
/// left out, and those after it.
pub fn slug(title: &str) -> Option<String> {
    let lower = title.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in words {
        let length = slug.chars().count() + word.chars().count();
        if slug.is_empty() {
            slug.extend(word.chars().take(LENGTH));
        } else if length < LENGTH {
            slug.push('-');
            slug.push_str(word);
        } else {
            break;
        }
    }
    match slug.as_str() {
        "" => None,
        // A `README.md` is no note.
        "readme" => Some("readme-note".to_owned()),
        _ => Some(slug),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_hyphens() {
        for (title, name) in [
            ("Jobs no longer run twice after a leader change.", Some("jobs-no-longer-run-twice-after-a-leader-change")),
            ("  `scheduler.lease`: 10s!", Some("scheduler-lease-10s")),
            ("../../etc/passwd", Some("etc-passwd")),
            ("Größe zählt", Some("größe-zählt")),
            ("README", Some("readme-note")),
            ("…", None),
            ("", None),
        ] {
            assert_eq!(slug(title).as_deref(), name, "{title}");
        }
        assert_eq!(slug(&"word ".repeat(40)).unwrap().len(), 59);
        assert_eq!(slug(&"x".repeat(400)).unwrap().len(), 60);
    }
}
