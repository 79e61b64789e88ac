//! What is found in which kind of file, and that nothing else changes.

use proptest::prelude::*;
use regex::Regex;

use super::*;
use crate::config::{VersionFile, VersionPlace};

fn usual(path: &str) -> VersionFile {
    VersionFile { path: path.to_owned(), place: VersionPlace::Usual }
}

fn at(path: &str, key: &str) -> VersionFile {
    let parts = key.split('.').map(str::to_owned).collect();
    VersionFile { path: path.to_owned(), place: VersionPlace::Key(parts) }
}

fn by(path: &str, expression: &str) -> VersionFile {
    VersionFile { path: path.to_owned(), place: VersionPlace::Expression(Regex::new(expression).unwrap()) }
}

#[test]
fn only_the_version_changes() {
    for (file, before, after) in [
        (usual("VERSION"), "1.8.0\n", "1.9.0\n"),
        (usual("VERSION"), "\n  v1.8.0-dev\r\n", "\n  v1.9.0\r\n"),
        (
            usual("Cargo.toml"),
            "# head\n[package]\nname = \"a\" # 1.8.0\nversion   = '1.8.0' # 1.8.0\n\n[dependencies]\na = { version = \"1.8.0\" }\n",
            "# head\n[package]\nname = \"a\" # 1.8.0\nversion   = '1.9.0' # 1.8.0\n\n[dependencies]\na = { version = \"1.8.0\" }\n",
        ),
        (
            usual("Cargo.toml"),
            "[package]\nversion.workspace = true\n[workspace.package]\nversion = \"1.8.0\"\n",
            "[package]\nversion.workspace = true\n[workspace.package]\nversion = \"1.9.0\"\n",
        ),
        (usual("pyproject.toml"), "[project]\nversion = \"1.8.0\"", "[project]\nversion = \"1.9.0\""),
        (at("a.toml", "tool.x.version"), "tool.x = {version=\"1.8.0\"}", "tool.x = {version=\"1.9.0\"}"),
        (
            usual("web/package.json"),
            "{\n\t\"name\": \"1.8.0\",\n\t\"version\" :\"1.8.0\",\n\t\"d\": {\"version\": \"1.8.0\"}}",
            "{\n\t\"name\": \"1.8.0\",\n\t\"version\" :\"1.9.0\",\n\t\"d\": {\"version\": \"1.8.0\"}}",
        ),
        (
            usual("package-lock.json"),
            r#"{"version":"1.8.0","packages":{"":{"version":"1.8.0"},"x":{"version":"1.8.0"}}}"#,
            r#"{"version":"1.9.0","packages":{"":{"version":"1.9.0"},"x":{"version":"1.8.0"}}}"#,
        ),
        (at("a.json", "list.1.v"), r#"{"list":[{"v":"1"},{"v":"1.8.0"}]}"#, r#"{"list":[{"v":"1"},{"v":"1.9.0"}]}"#),
        (
            usual("charts/acme/Chart.yaml"),
            "apiVersion: v2  # ü\nname: acme\nversion: 1.8.0   # keep\nappVersion: \"1.8.0\"\n",
            "apiVersion: v2  # ü\nname: acme\nversion: 1.9.0   # keep\nappVersion: \"1.8.0\"\n",
        ),
        (
            at("values.yaml", "image.tag"),
            "a:\n  - tag: v1.8.0\nimage:\n  repository: x\n  tag: 'v1.8.0'\n",
            "a:\n  - tag: v1.8.0\nimage:\n  repository: x\n  tag: 'v1.9.0'\n",
        ),
        (at("two.yml", "b"), "a: 1.8.0\n---\nb: \"1.8.0\"\n...\n", "a: 1.8.0\n---\nb: \"1.9.0\"\n...\n"),
        (
            by("version.h", r#"(?m)^#define VERSION "(.*)"$"#),
            "// VERSION \"x\"\n#define VERSION \"1.8.0\"\n",
            "// VERSION \"x\"\n#define VERSION \"1.9.0\"\n",
        ),
    ] {
        let edited = with_version(&file, before.as_bytes(), "1.9.0").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(String::from_utf8(edited).unwrap(), after, "{file:?}");
    }
}

#[test]
fn a_version_that_yaml_would_take_for_a_number_gets_quotes() {
    let edited = with_version(&usual("Chart.yaml"), b"version: 1.9 # x\n", "1.10").unwrap();
    assert_eq!(String::from_utf8(edited).unwrap(), "version: \"1.10\" # x\n");
}

#[test]
fn what_is_wrong_is_said_with_the_file_and_the_place() {
    for (file, text, message) in [
        (usual("VERSION"), "1\n2\n", "version file `VERSION`: the version is found 2 times"),
        (usual("VERSION"), "\n", "version file `VERSION`: there is no version"),
        (usual("Cargo.toml"), "[package]\nname = \"a\"\n", "version file `Cargo.toml`: there is no version"),
        (at("a.toml", "x.y"), "x = 1\n", "version file `a.toml`, key `x.y`: there is no version"),
        (at("a.toml", "x"), "x = 1\n", "version file `a.toml`, key `x`: the value is not written as a plain text: 1"),
        (
            usual("a.json"),
            "{\"version\": \"1\\u002e0\"}",
            "version file `a.json`: the value is not written as a plain text: \"1\\u002e0\"",
        ),
        (
            usual("a.json"),
            "{\"version\": \"1\", \"version\": \"2\"}",
            "version file `a.json`: the version is found 2 times",
        ),
        (
            usual("a.json"),
            "{",
            "version file `a.json`: it is not valid JSON: EOF while parsing an object at line 1 column 1",
        ),
        (usual("a.yaml"), "version: 1.0\n---\nversion: 2.0\n", "version file `a.yaml`: the version is found 2 times"),
        (
            usual("a.yaml"),
            "version: |\n  1.0\n",
            "version file `a.yaml`: the value is not written as a plain text: 1.0",
        ),
        (by("a.h", "V(.)"), "V1 V2", "version file `a.h`, expression `V(.)`: the version is found 2 times"),
        (at("a.txt", "x"), "x", "version file `a.txt`, key `x`: keys can be followed in TOML, JSON and YAML only"),
    ] {
        let error = with_version(&file, text.as_bytes(), "1.9.0").unwrap_err();
        assert_eq!(error.to_string(), message);
        assert!(error.hint().is_some(), "{message}");
    }
    let error = with_version(&usual("VERSION"), b"\xff", "1.9.0").unwrap_err();
    assert_eq!(error.to_string(), "version file `VERSION`: it is not UTF-8 text");
    for (path, text) in [("a.toml", "x = "), ("a.yaml", "a: [")] {
        let error = with_version(&usual(path), text.as_bytes(), "1.9.0").unwrap_err();
        assert!(matches!(error.fault, VersionFault::Syntax { .. }), "{error}");
    }
}

#[test]
fn lock_files_beside_a_manifest_follow() {
    let lock = "version = 4\n\n[[package]]\nname = \"acme\"\nversion = \"1.8.0\"\n\n[[package]]\nname = \"other\"\nversion = \"1.8.0\"\n\n[[package]]\nname = \"acme\"\nversion = \"1.8.0\"\nsource = \"registry\"\n";
    let read = |path: &str| -> Result<Option<Vec<u8>>, VersionFileError> {
        Ok((path == "Cargo.lock").then(|| lock.as_bytes().to_vec()))
    };
    let edited = |path: &str, manifest: &str| {
        let edited = companions(&usual(path), manifest.as_bytes(), "1.9.0", read).unwrap();
        edited.into_iter().map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).next()
    };
    let (path, text) = edited("Cargo.toml", "[package]\nname = \"acme\"\nversion = \"1.8.0\"\n").unwrap();
    assert_eq!((path.as_str(), text), ("Cargo.lock", lock.replacen("1.8.0", "1.9.0", 1)));
    let (_, text) = edited("Cargo.toml", "[workspace.package]\nversion = \"1.8.0\"\n").unwrap();
    assert_eq!(text, lock.replacen("1.8.0", "1.9.0", 2));
    assert!(edited("x/Cargo.toml", "[package]\nname = \"none\"\nversion = \"1.8.0\"\n").is_none());
    assert!(edited("VERSION", "1.8.0").is_none());
}

proptest! {
    #[test]
    fn there_and_back_again(before in "[ -~\n]{0,40}", after in "[ -~\n]{0,40}", new in "[1-9][0-9]?(\\.[0-9]{1,2}){1,3}(-[a-z]{1,3}\\.[0-9])?") {
        let keep = |text: &str| text.replace(['@', '\r'], "");
        let text = format!("{}@V 1.8.0@{}", keep(&before), keep(&after));
        let file = by("x", "@V (.*?)@");
        let edited = with_version(&file, text.as_bytes(), &new).unwrap();
        prop_assert_eq!(held_version(&file, &edited).unwrap(), new);
        prop_assert_eq!(with_version(&file, &edited, "1.8.0").unwrap(), text.into_bytes());
    }

    #[test]
    fn an_edit_and_its_inverse_leave_every_format_as_it_was(note in "[a-zA-Z0-9 üß.]{0,20}", new in "[1-9][0-9]?(\\.[0-9]{1,2}){2,3}") {
        for (path, text) in [
            ("a.toml", format!("# {note}\nversion = \"1.8.0\"#{note}\n[x]\nversion='1.8.0'\n")),
            ("a.json", format!("{{\"x\": {{\"version\": \"{note}\"}},\n \"version\"  : \"1.8.0\" }}\n")),
            ("a.yaml", format!("# {note}\nx:\n    version: 1.8.0\nversion:   1.8.0 # {note}\n")),
        ] {
            let edited = with_version(&usual(path), text.as_bytes(), &new).unwrap();
            prop_assert_eq!(edited.len() + 5, text.len() + new.len());
            prop_assert_eq!(with_version(&usual(path), &edited, "1.8.0").unwrap(), text.into_bytes());
        }
    }

    #[test]
    fn no_text_panics(text in ".*") {
        for path in ["a.toml", "a.json", "a.yaml", "package-lock.json", "VERSION"] {
            let _ = with_version(&usual(path), text.as_bytes(), "1.9.0");
            let _ = with_version(&at(path, "a.b"), text.as_bytes(), "1.9.0");
        }
    }
}
