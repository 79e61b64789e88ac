//! Whole comparisons on temporary repositories.

use super::{DeprecationState, RollbackSource, Side, SurfaceDifference, SurfaceError, SurfaceKind, SurfaceReader};
use crate::config::{MigrationVariant, PathSet, Surface};
use crate::domain::RollbackClass;
use crate::testing::TestRepo;

fn set(globs: &[&str]) -> PathSet {
    PathSet::new(globs.iter().map(|glob| (*glob).to_owned()).collect()).unwrap()
}

fn everything() -> Surface {
    let variant =
        |name: &str| MigrationVariant { name: Some(name.to_owned()), paths: set(&[&format!("**/{name}/**/*.sql")]) };
    Surface {
        configuration: set(&["config/**", "charts/*/values.yaml"]),
        migrations: vec![variant("postgresql"), variant("mysql")],
        requirements: set(&["requirements.toml"]),
        deprecations: set(&["deprecations.toml"]),
    }
}

fn side(repo: &TestRepo, name: &str) -> Side {
    Side { name: name.to_owned(), commit: repo.id(name), version: name.parse().ok() }
}

fn compare(repo: &TestRepo, declared: &Surface) -> SurfaceDifference {
    let opened = repo.open();
    let reader = SurfaceReader::open(&opened, declared).unwrap();
    reader.compare(&side(repo, "1.0.0"), &side(repo, "2.0.0"), None).unwrap()
}

/// Two releases with the files given.
fn releases(old: &[(&str, &str)], new: &[(&str, Option<&str>)]) -> TestRepo {
    let mut repo = TestRepo::new();
    let old: Vec<_> = old.iter().map(|(path, text)| (*path, Some(*text))).collect();
    repo.commit_files("main", "one", &old);
    repo.tag("1.0.0", "main");
    repo.commit_files("main", "two", new);
    repo.tag("2.0.0", "main");
    repo
}

fn keys(difference: &SurfaceDifference) -> Vec<String> {
    let of = &difference.configuration;
    let added = of.added.iter().map(|key| format!("+ {}:{} {}", key.file, key.key, key.value));
    let removed = of.removed.iter().map(|key| format!("- {}:{} {}", key.file, key.key, key.value));
    let changed = of.changed.iter().map(|key| format!("~ {}:{} {} {}", key.file, key.key, key.from, key.to));
    let renamed = of.renamed.iter().map(|key| format!("> {}:{} {}", key.file, key.from, key.to));
    added.chain(removed).chain(changed).chain(renamed).collect()
}

#[test]
fn keys_are_compared_file_by_file() {
    let repo = releases(
        &[
            ("config/a.toml", "[queue]\nsize = 500\nold = 1\nsame = 2\nempty = {}\n"),
            ("config/same.toml", "x = 1\n"),
            ("config/gone.ini", "[a]\nb = 1\n"),
        ],
        &[
            ("config/a.toml", Some("[queue]\nmax-size = 500\nsame = 3\n[queue.empty]\nfilled = 1\n")),
            ("config/gone.ini", None),
            ("charts/acme/values.yaml", Some("replicas: 1\n")),
        ],
    );
    let difference = compare(&repo, &everything());
    assert_eq!(
        keys(&difference),
        [
            "+ charts/acme/values.yaml:replicas 1",
            "+ config/a.toml:queue.empty.filled 1",
            "- config/a.toml:queue.old 1",
            r#"- config/gone.ini:a.b "1""#,
            "~ config/a.toml:queue.same 2 3",
            "> config/a.toml:queue.size queue.max-size",
        ]
    );
    let of = &difference.configuration;
    assert_eq!(
        (&of.added_files[..], &of.removed_files[..]),
        (&["charts/acme/values.yaml".to_owned()][..], &["config/gone.ini".to_owned()][..])
    );
    assert_eq!(of.compared_files, 2);
}

#[test]
fn a_file_under_another_name_is_the_same_file() {
    let text = "a = 1\nb = 2\nc = 3\nd = 4\n";
    let repo = releases(
        &[("config/old.toml", text), ("config/equal.toml", "z = 1\n")],
        &[
            ("config/old.toml", None),
            ("config/new.toml", Some("a = 1\nb = 2\nc = 3\nd = 5\n")),
            ("config/equal.toml", None),
            ("config/deep/equal.toml", Some("z = 1\n")),
        ],
    );
    let difference = compare(&repo, &everything());
    assert_eq!(keys(&difference), ["~ config/new.toml:d 4 5"]);
    let moved = difference.configuration.moved_files.iter().map(|file| format!("{} {}", file.from, file.to));
    assert_eq!(
        moved.collect::<Vec<_>>(),
        ["config/equal.toml config/deep/equal.toml", "config/old.toml config/new.toml"]
    );
}

#[test]
fn a_new_file_may_take_over_what_another_one_had() {
    let repo = releases(
        &[("config/all.toml", "a = 1\nb = 2\nc = 3\nd = 4\n")],
        &[("config/all.toml", Some("d = 4\n")), ("config/part.toml", Some("a = 1\nb = 2\nc = 9\nnew = 1\n"))],
    );
    assert_eq!(keys(&compare(&repo, &everything())), ["+ config/part.toml:new 1", "~ config/part.toml:c 3 9"]);
}

#[test]
fn what_cannot_be_read_is_said_and_hides_nothing_else() {
    let repo = releases(
        &[("config/broken.toml", "a = 1\n"), ("config/good.toml", "a = 1\n"), ("config/odd", "x")],
        &[
            ("config/broken.toml", Some("a = 1\nb = \n")),
            ("config/good.toml", Some("a = 2\n")),
            ("config/odd", Some("y")),
        ],
    );
    let difference = compare(&repo, &everything());
    assert_eq!(keys(&difference), ["~ config/good.toml:a 1 2"]);
    let unreadable: Vec<_> =
        difference.unreadable.iter().map(|file| (file.file.as_str(), file.at.as_str(), file.line)).collect();
    assert_eq!(
        unreadable,
        [("config/broken.toml", "2.0.0", Some(2)), ("config/odd", "1.0.0", None), ("config/odd", "2.0.0", None)]
    );
}

#[test]
fn a_file_with_the_same_bytes_did_not_change_whatever_they_are() {
    let repo = releases(&[("config/a.toml", "a = \n")], &[("other", Some("x"))]);
    let difference = compare(&repo, &everything());
    assert!(difference.unreadable.is_empty() && difference.configuration.is_empty());
}

#[test]
fn what_is_not_declared_is_not_tracked_and_what_is_absent_is_said() {
    let repo = releases(&[("a", "1")], &[("a", Some("2"))]);
    let difference = compare(&repo, &Surface::default());
    assert_eq!(difference.not_tracked, SurfaceKind::ALL);
    let difference = compare(&repo, &everything());
    assert!(difference.not_tracked.is_empty());
    assert_eq!(difference.notices.len(), 5, "{:?}", difference.notices);
    assert!(difference.notices[3].ends_with("no file of either version fits `requirements.toml`"));
}

#[test]
fn migrations_are_told_by_variant_with_their_way_back() {
    let repo = releases(
        &[
            ("db/postgresql/0001_a.up.sql", "CREATE TABLE a;"),
            ("db/postgresql/0001_a.down.sql", "DROP TABLE a;"),
            ("db/postgresql/0002_b.sql", "-- rollback: impossible\nDROP TABLE c;"),
            ("db/mysql/0001_a.sql", "CREATE TABLE a;"),
        ],
        &[
            ("db/postgresql/0001_a.up.sql", Some("CREATE TABLE a; -- changed")),
            ("db/postgresql/0002_b.sql", None),
            ("db/moved/postgresql/0002_b.sql", Some("-- rollback: impossible\nDROP TABLE c;")),
            ("db/postgresql/0010_d.sql", Some("-- rollback: impossible\nDROP TABLE d;")),
            ("db/postgresql/0009_c.up.sql", Some("x;")),
            ("db/postgresql/0009_c.down.sql", Some("y;")),
            ("db/mysql/0001_a.sql", None),
        ],
    );
    let difference = compare(&repo, &everything());
    let of = &difference.migrations;
    let added: Vec<_> =
        of.added.iter().map(|m| (m.id.as_str(), m.variant.as_deref(), m.rollback, m.rollback_by)).collect();
    assert_eq!(
        added,
        [
            ("0009_c", Some("postgresql"), Some(RollbackClass::NeedsDown), Some(RollbackSource::DownFile)),
            ("0010_d", Some("postgresql"), Some(RollbackClass::Impossible), Some(RollbackSource::Annotation)),
        ]
    );
    assert_eq!(of.changed.iter().map(|m| m.file.as_str()).collect::<Vec<_>>(), ["db/postgresql/0001_a.up.sql"]);
    assert_eq!(of.removed.iter().map(|m| m.variant.as_deref()).collect::<Vec<_>>(), [Some("mysql")]);

    let opened = repo.open();
    let declared = everything();
    let reader = SurfaceReader::open(&opened, &declared).unwrap();
    let sides = (side(&repo, "1.0.0"), side(&repo, "2.0.0"));
    let only = reader.compare(&sides.0, &sides.1, Some("mysql")).unwrap();
    assert!(only.migrations.added.is_empty() && only.migrations.removed.len() == 1);
    let error = reader.compare(&sides.0, &sides.1, Some("mysqll")).unwrap_err();
    assert!(matches!(error, SurfaceError::UnknownVariant { .. }));
    assert_eq!(error.hint().unwrap(), "did you mean `mysql`? Known are `postgresql`, `mysql`");
}

#[test]
fn requirements_and_deprecations_are_told() {
    let repo = releases(
        &[
            ("requirements.toml", "postgresql = \"14\"\nmemory = \"2 GiB\"\n"),
            ("deprecations.toml", "[[deprecation]]\nname = \"api.v1\"\nremoved-in = \"2.0\"\n"),
            ("config/a.toml", "old = 1\n"),
        ],
        &[
            ("requirements.toml", Some("memory = \"2 GiB\"\n[postgresql]\nminimum = \"15\"\n")),
            ("deprecations.toml", Some("[api.v2]\nremoved-in = \"3\"\nuse = \"api.v3\"\n")),
            ("config/a.toml", Some("# Deprecated: use `new`.\nold = 1\n")),
        ],
    );
    let difference = compare(&repo, &everything());
    let [requirement] = &difference.requirements[..] else { panic!("{:?}", difference.requirements) };
    assert_eq!((requirement.from.as_deref(), requirement.to.as_deref()), (Some("14"), Some(">= 15")));
    let shown: Vec<_> = difference.deprecations.iter().map(|item| (item.name.as_str(), item.state)).collect();
    assert_eq!(
        shown,
        [
            ("api.v1", DeprecationState::Due),
            ("api.v2", DeprecationState::Announced),
            ("old", DeprecationState::Announced),
        ]
    );
}

#[test]
fn equal_commits_have_no_difference() {
    let repo = releases(&[("config/a.toml", "a = 1\n")], &[("other", Some("x"))]);
    let difference = compare(&repo, &everything());
    assert!(difference.configuration.is_empty() && difference.migrations.is_empty());
    assert_eq!(difference.configuration.compared_files, 1);
}

#[test]
fn the_way_back_is_called_so() {
    let repo = releases(&[("config/a.toml", "a = 1\n")], &[("config/a.toml", Some("b = 1\n"))]);
    let opened = repo.open();
    let declared = everything();
    let reader = SurfaceReader::open(&opened, &declared).unwrap();
    let back = reader.compare(&side(&repo, "2.0.0"), &side(&repo, "1.0.0"), None).unwrap();
    assert_eq!(back.notices[0], "2.0.0 comes after 1.0.0: this is the way back");
}
