//! The rules of the house that a compiler does not check, read from the sources themselves: which layer may name which,
//! what only one place may do, how long a file may be.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

/// Lowest first; a layer names only those before it.
const LAYERS: [&str; 13] = [
    "domain",
    "config",
    "git",
    "cache",
    "graph",
    "ledger",
    "plan",
    "history",
    "surface",
    "reports",
    "operations",
    "publish",
    "cli",
];

/// Pairs that are forbidden although the order would allow them.
const KEPT_APART: [(&str, &str); 6] = [
    ("surface", "history"),
    ("reports", "plan"),
    ("publish", "git"),
    ("publish", "graph"),
    ("publish", "ledger"),
    ("publish", "history"),
];

const LONGEST_FILE: usize = 600;

/// A source file: its path under `src`, its text, and its text outside tests and comments.
struct Source {
    path: String,
    text: String,
    code: String,
}

impl Source {
    fn layer(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(root: &Path, directory: &Path, found: &mut Vec<Source>) {
    for entry in fs_err::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs_err::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            let code = code_of(&path, &text);
            found.push(Source { path, text, code });
        }
    }
}

/// The lines that are neither comments nor tests; line numbers stay true, since what is left out becomes blank.
fn code_of(path: &str, text: &str) -> String {
    let is_test_file = ["tests.rs", "testing.rs"].iter().any(|name| path.ends_with(name)) || path.contains("/tests/");
    let mut for_tests = None;
    let mut code = String::new();
    for (line, plain) in text.lines().zip(without_literals(text).lines()) {
        let indent = plain.len() - plain.trim_start().len();
        if for_tests.is_none() && plain.trim_start().starts_with("#[cfg(test)]") {
            for_tests = Some(indent);
        }
        if !is_test_file && for_tests.is_none() {
            code.push_str(line.split("//").next().unwrap_or_default());
        }
        code.push('\n');
        // As `cargo fmt` breaks lines, an item is over with a line that is no deeper than its first one.
        if for_tests == Some(indent) && plain.trim_end().ends_with(['}', ';', ',']) {
            for_tests = None;
        }
    }
    code
}

/// The same lines without comments and what stands in quotes, where braces mean nothing. A line that begins in quotes
/// is indented by one, so that it is as deep as none that begins an item.
fn without_literals(text: &str) -> String {
    static LITERAL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r##"(?s)//[^\n]*|\bb?r#".*?"#|\bb?r"[^"]*"|"(?:[^"\\]|\\.)*"|'(?:[^'\\\n]|\\.)'"##).unwrap()
    });
    let blank = |hit: &regex::Captures| "\n ".repeat(hit[0].matches('\n').count());
    LITERAL.replace_all(text, blank).into_owned()
}

/// `path:line: text` of every line of the code that `is_wrong`.
fn offences(is_wrong: impl Fn(&Source, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources() {
        for (number, line) in source.code.lines().enumerate() {
            if is_wrong(&source, line) {
                found.push(format!("src/{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    found
}

fn assert_none(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

/// The modules that a source names as `crate::…`, `crate::{…, …}` included, with the first line that does.
fn layers_named(code: &str) -> BTreeMap<String, usize> {
    static PATH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bcrate::(?:(\w+)|\{)").unwrap());
    let mut named = BTreeMap::new();
    for hit in PATH.captures_iter(code) {
        let whole = hit.get(0).unwrap();
        let line = code[..whole.start()].matches('\n').count() + 1;
        let heads = match hit.get(1) {
            Some(name) => vec![name.as_str().to_owned()],
            None => heads_of_group(&code[whole.end()..]),
        };
        for name in heads {
            named.entry(name).or_insert(line);
        }
    }
    named
}

/// First words of the items of a use group, up to its closing brace.
fn heads_of_group(text: &str) -> Vec<String> {
    let (mut heads, mut depth, mut head, mut in_head) = (Vec::new(), 0, String::new(), true);
    for c in text.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => {
                heads.push(std::mem::take(&mut head));
                in_head = true;
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            c if depth == 0 && in_head && (c.is_alphanumeric() || c == '_') => head.push(c),
            ':' => in_head = false,
            _ => {}
        }
    }
    heads.push(head);
    heads.retain(|head| !head.is_empty());
    heads
}

#[test]
fn a_layer_names_only_those_below_it() {
    let rank = |layer: &str| LAYERS.iter().position(|known| *known == layer);
    let mut found = Vec::new();
    for source in sources() {
        let Some(own) = rank(source.layer()) else {
            let is_frame = ["lib", "main", "testing"].contains(&source.layer());
            assert!(is_frame, "src/{} is in no layer", source.path);
            continue;
        };
        for (name, line) in layers_named(&source.code) {
            let is_upward = rank(&name).is_none_or(|other| other > own);
            if is_upward || KEPT_APART.contains(&(source.layer(), name.as_str())) {
                found.push(format!("src/{}:{line}: names `crate::{name}`", source.path));
            }
        }
    }
    assert_none("a layer names only those below it", &found);
}

#[test]
fn the_layers_are_declared_in_their_order() {
    let lib = sources().into_iter().find(|source| source.path == "lib.rs").unwrap();
    let declared: Vec<&str> =
        lib.code.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let expected: Vec<&str> = LAYERS.iter().copied().filter(|layer| declared.contains(layer)).collect();
    let layers: Vec<&str> = declared.into_iter().filter(|name| LAYERS.contains(name)).collect();
    assert_eq!(layers, expected, "src/lib.rs declares the layers lowest first");
}

#[test]
fn nothing_climbs_out_of_its_layer_by_relative_paths() {
    let found = offences(|source, line| {
        let depth = source.path.matches('/').count() - usize::from(source.path.ends_with("/mod.rs"));
        source.path.contains('/') && line.contains(&"super::".repeat(depth + 1))
    });
    assert_none("paths to other layers start with `crate::`", &found);
}

#[test]
fn only_the_git_layer_knows_the_git_library() {
    let found = offences(|source, line| source.layer() != "git" && (line.contains("git2::") || line.contains("gix_")));
    assert_none("`git2` and `gix` are named in src/git only", &found);
}

#[test]
fn the_clock_is_read_in_one_place() {
    let clock = Regex::new(r"\b(Utc|Local|SystemTime)::now\b").unwrap();
    let found = offences(|source, line| source.path != "cli/clock.rs" && clock.is_match(line));
    assert_none("the clock is passed in; src/cli/clock.rs reads it", &found);
}

#[test]
fn the_environment_is_read_at_the_edges() {
    let variable = Regex::new(r"\benv::vars?(_os)?\b").unwrap();
    let found = offences(|source, line| !["cli", "git"].contains(&source.layer()) && variable.is_match(line));
    assert_none("environment variables are read in src/cli and src/git", &found);
}

#[test]
fn nothing_prints_past_the_output() {
    let print = Regex::new(r"\b(e?print(ln)?|dbg)!").unwrap();
    assert_none("src/cli/output.rs prints", &offences(|_, line| print.is_match(line)));
}

#[test]
fn nothing_gives_up_without_a_reason() {
    let give_up = Regex::new(r#"\.unwrap\(\)|\.unwrap_err\(\)|\.expect\(""\)|\b(todo|unimplemented)!"#).unwrap();
    assert_none("no unwrap or todo outside tests", &offences(|_, line| give_up.is_match(line)));
}

#[test]
fn a_mod_file_declares_and_nothing_else() {
    let logic =
        Regex::new(r"^\s*(pub(\([^)]*\))? )?(const |async )*(fn|struct|enum|impl|trait|macro_rules!)\b").unwrap();
    let found = offences(|source, line| source.path.ends_with("mod.rs") && logic.is_match(line));
    assert_none("mod.rs declares and re-exports", &found);
}

#[test]
fn a_file_is_about_one_thing() {
    let long = sources().into_iter().filter(|source| source.text.lines().count() > LONGEST_FILE);
    let found: Vec<String> = long.map(|source| format!("src/{}", source.path)).collect();
    assert_none("no file is longer than 600 lines", &found);
}

#[test]
fn a_module_says_what_it_is_for() {
    let silent =
        sources().into_iter().filter(|source| !source.path.contains("/tests/") && !source.text.starts_with("//!"));
    let found: Vec<String> = silent.map(|source| format!("src/{}", source.path)).collect();
    assert_none("a module opens with `//!`", &found);
}

#[test]
fn groups_of_imports_are_seen() {
    let named = layers_named("use crate::{domain::{A, B}, git, cli::x};\nlet x = crate::plan::go();");
    let expected = [("cli", 1), ("domain", 1), ("git", 1), ("plan", 2)];
    assert_eq!(named, expected.map(|(name, line)| (name.to_owned(), line)).into());
}

#[test]
fn only_the_item_behind_the_attribute_is_a_test() {
    let text = "\
use crate::git::A;
#[cfg(test)]
pub(crate) use apply::{
    Step,
};
#[cfg(test)]
mod odd_tests;

#[cfg(test)]
#[derive(Debug)]
// Only for tests;
impl Templates {
    fn one(
        self,
    ) {
        x.unwrap();
    }
}

struct Memory {
    #[cfg(test)]
    asked: usize,
    kept: usize,
}

#[cfg(test)]
mod tests {
    const QUOTE: char = '\"';
    const TEXT: &str = r#\"
}
\"#;
    use crate::cli::B; // it's \"
}

use crate::plan::C; // why
";
    let code = code_of("history/engine.rs", text);
    let kept: Vec<&str> = code.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let expected = ["use crate::git::A;", "struct Memory {", "    kept: usize,", "}", "use crate::plan::C;"];
    assert_eq!((kept, code.lines().count()), (expected.to_vec(), text.lines().count()));
    assert_eq!(code_of("history/tests.rs", text).trim(), "");
}
