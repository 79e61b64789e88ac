//! Keeps `docs/rules.md` true: it is generated from the list of rules. After a change,
//! `TWINTRACK_UPDATE=1 cargo test --test rules` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use twintrack::domain::{AuditRule, Rule};

const HEAD: &str = "\
# Rules

<!-- Generated from the list of rules by `TWINTRACK_UPDATE=1 cargo test --test rules`. -->

`twintrack check` holds these against the repository and ends with exit code 1 where a finding fails. A warning is told and
fails nothing. `release.toml` says otherwise of a rule by its name:

```toml
[check]
rules = { gate-open = \"fail\", frozen = \"off\", binary-age = \"warn\" }
```

`off` leaves the rule out, `warn` and `fail` give all its findings that weight. Some rules compare all lines with each other,
which takes a while and finds much in a repository that never looked: they say nothing until one of the two is written.
";

const AUDIT: &str = "
## Rules of the audit

`twintrack audit` holds what was published against itself: tags, branches, version files and changelogs, also of a repository that
another tool looked after. A finding that fails ends with exit code 1. What fails
comes first, and of each rule what was released last (`released_on`). What copies of a file on several lines say is told once;
`also_on` has the further lines. What is long past mending can be left alone:

```toml
[audit]
since = 2025-01-01
changelogs = [\"CHANGELOG.md\"]
signed = true
rules = { section-date = \"off\", tag-lightweight = \"fail\" }
```
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for rule in Rule::all() {
        let weight = rule.usual_severity().map_or("as the limit says that is passed", |severity| severity.as_str());
        let _ = write!(page, "\n## `{rule}`\n\n{}\n\n", rule.finds());
        let _ = writeln!(page, "- Weighs: {weight}.");
        let _ = writeln!(page, "- Needs: {}.", rule.needs());
        if rule.is_only_on_demand() {
            let usual = rule.usual_severity().map_or("warn", |severity| severity.as_str());
            let _ = writeln!(page, "- Asked for with `rules = {{ {rule} = \"{usual}\" }}` under `[check]`.");
            continue;
        }
        let _ = writeln!(page, "- Switched off with `rules = {{ {rule} = \"off\" }}` under `[check]`.");
    }
    page.push_str(AUDIT);
    for rule in AuditRule::all() {
        let weight = rule.usual_severity().as_str();
        let _ = write!(page, "\n### `{rule}`\n\n{}\n\n", rule.finds());
        let _ = writeln!(page, "- Weighs: {weight}.");
        let _ = writeln!(page, "- Needs: {}.", rule.needs());
        let _ = writeln!(page, "- Switched off with `rules = {{ {rule} = \"off\" }}` under `[audit]`.");
    }
    page
}

#[test]
fn the_reference_of_rules_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let wanted = page();
    if std::env::var_os("TWINTRACK_UPDATE").is_some() {
        fs_err::write(&path, &wanted).unwrap();
    }
    let found = fs_err::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, wanted, "run `TWINTRACK_UPDATE=1 cargo test --test rules`");
}
