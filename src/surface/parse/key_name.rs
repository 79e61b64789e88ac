//! How a key is written: the names on the way to it, joined by dots; `[…]` for items of a list.

/// One name on the way: quoted where it could be taken for several.
pub(super) fn segment(name: &str) -> String {
    let is_plain = !name.is_empty() && !name.contains(['.', '[', ']', '"']) && !name.contains(char::is_whitespace);
    if is_plain { name.to_owned() } else { serde_json::Value::from(name).to_string() }
}

/// `prefix.rest`, or the one that says something.
pub(super) fn join(prefix: &str, rest: &str) -> String {
    match (prefix, rest) {
        ("", only) | (only, "") => only.to_owned(),
        (prefix, rest) if rest.starts_with('[') => format!("{prefix}{rest}"),
        (prefix, rest) => format!("{prefix}.{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_dots_is_one_name() {
        assert_eq!(join("a", &segment("b")), "a.b");
        assert_eq!(join("annotations", &segment("example.com/x")), r#"annotations."example.com/x""#);
        assert_eq!(segment(""), r#""""#);
        assert_eq!(segment("two words\n"), r#""two words\n""#);
    }
}
