//! Defaults as people write them.

use serde_json::Value;

/// A value as a person writes it; quoted where it would not be seen otherwise.
pub fn value_text(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() || text.trim() != text || text.contains('\n') => value.to_string(),
        Value::String(text) => text.clone(),
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    }
}

/// Both values, quoted where they would look alike: `1` and `"1"`.
pub fn different_texts(from: &Value, to: &Value) -> (String, String) {
    let plain = (value_text(from), value_text(to));
    if plain.0 == plain.1 { (from.to_string(), to.to_string()) } else { plain }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_that_look_alike_are_told_apart() {
        assert_eq!(different_texts(&json!(1), &json!("1")), ("1".to_owned(), "\"1\"".to_owned()));
        assert_eq!(different_texts(&json!(null), &json!("")), ("nothing".to_owned(), "\"\"".to_owned()));
        assert_eq!(different_texts(&json!("a"), &json!(["b"])), ("a".to_owned(), "[\"b\"]".to_owned()));
    }
}
