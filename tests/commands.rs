//! Keeps `docs/commands.md` true: it is generated from the definitions of the arguments. After a change,
//! `TWINTRACK_UPDATE=1 cargo test --test commands` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use clap::{Arg, ArgAction, Command};
use twintrack::cli::ErrorKind;

const HEAD: &str = "\
# Commands

<!-- Generated from the definitions of the arguments by `TWINTRACK_UPDATE=1 cargo test --test commands`. -->

Data goes to standard output, messages to standard error. `--format json` prints a document that begins with
`schema_version` and `command`; its fields keep their names and meanings.
";

fn reference() -> String {
    let mut command = twintrack::cli::command().disable_help_subcommand(true);
    command.build();
    let mut page = HEAD.to_owned();
    let _ = write!(page, "\n## Global options\n\nEvery command takes these.\n\n");
    page.push_str(&options(&command, |_| true));
    add_exit_codes(&mut page);
    add_commands(&mut page, &command, "twintrack");
    page
}

fn add_exit_codes(page: &mut String) {
    page.push_str("\n## Exit codes\n\n| code | kind in JSON | meaning |\n| --- | --- | --- |\n");
    page.push_str("| 0 | | done, or nothing to do |\n| 1 | | the answer is no |\n");
    for kind in ErrorKind::ALL {
        let name = serde_json::to_value(kind).unwrap();
        let _ = writeln!(page, "| {} | `{}` | {} |", kind.exit_code(), name.as_str().unwrap(), kind.meaning());
    }
}

fn add_commands(page: &mut String, parent: &Command, path: &str) {
    for command in parent.get_subcommands() {
        let path = format!("{path} {}", command.get_name());
        if command.has_subcommands() {
            add_commands(page, command, &path);
            continue;
        }
        let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
        let _ = write!(page, "\n## `{path}`\n\n{}\n\n```text\n{}\n```\n", sentence(&about), usage(command, &path));
        let arguments = options(command, |argument| !argument.is_global_set());
        if !arguments.is_empty() {
            let _ = write!(page, "\n{arguments}");
        }
        if let Some(more) = command.get_after_long_help() {
            let _ = write!(page, "\n```text\n{}\n```\n", more.to_string().trim_end());
        }
    }
}

fn usage(command: &Command, path: &str) -> String {
    let shown = command.clone().render_usage().to_string();
    let own = shown.trim_start_matches("Usage: ");
    let tail = own.split_once(" [OPTIONS]").map_or("", |(_, tail)| tail);
    format!("{path} [OPTIONS]{tail}")
}

/// A row per argument, in the order in which `--help` shows them.
fn options(command: &Command, is_wanted: impl Fn(&Arg) -> bool) -> String {
    let is_own =
        |argument: &&Arg| !["help", "version"].contains(&argument.get_id().as_str()) && !argument.is_hide_set();
    let mut rows = String::new();
    for argument in command.get_arguments().filter(is_own).filter(|argument| is_wanted(argument)) {
        let help = argument.get_long_help().or(argument.get_help()).map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(rows, "- `{}`: {}{}", form(argument), sentence(&help).replace("\n\n", " "), values(argument));
    }
    rows
}

/// How the argument is typed.
fn form(argument: &Arg) -> String {
    let takes_value = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    let names: Vec<&str> = argument.get_value_names().unwrap_or_default().iter().map(|name| name.as_str()).collect();
    let value = if takes_value { names.join(" ") } else { String::new() };
    let mut forms: Vec<String> = argument.get_short().iter().map(|short| format!("-{short}")).collect();
    forms.extend(argument.get_long().map(|long| format!("--{long}")));
    if forms.is_empty() {
        return format!("<{value}>");
    }
    format!("{} {value}", forms.join(", ")).trim_end().to_owned()
}

fn values(argument: &Arg) -> String {
    let possible: Vec<String> =
        argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    let takes_value = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    if possible.is_empty() || !takes_value { String::new() } else { format!(" One of {}.", possible.join(", ")) }
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', ':', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[test]
fn the_command_reference_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md");
    let wanted = reference();
    if std::env::var_os("TWINTRACK_UPDATE").is_some() {
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(&path, &wanted).unwrap();
    }
    let found = fs_err::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, wanted, "run `TWINTRACK_UPDATE=1 cargo test --test commands`");
}

#[test]
fn every_argument_says_what_it_is_for() {
    fn check(command: &Command, path: &str) {
        assert!(command.get_about().is_some(), "`{path}` says nothing");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "`{path}`: {} says nothing", form(argument));
        }
        for child in command.get_subcommands() {
            check(child, &format!("{path} {}", child.get_name()));
        }
    }
    let mut command = twintrack::cli::command();
    command.build();
    check(&command, "twintrack");
}

#[test]
fn the_help_lists_every_exit_code() {
    let help = twintrack::cli::command().render_help().to_string();
    let codes = help.split("Exit codes: ").nth(1).unwrap();
    for kind in ErrorKind::ALL {
        let code = kind.exit_code().to_string();
        assert!(codes.split([' ', '\n']).any(|word| word == code), "{code} is missing in:\n{codes}");
    }
}
