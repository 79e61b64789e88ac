//! Whether a bundle is whole and signed by somebody who is trusted, and what to do next.

use std::fmt::Write as _;
use std::io::BufReader;
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::output::{ERROR, FAINT, GOOD, HINT};
use crate::cli::text;
use crate::publish::{BundleCheck, NextStep, ProblemKind, Signers, check_bundle};

/// How the text of a public key begins.
const KEY_TYPES: [&str; 3] = ["ssh-", "ecdsa-", "sk-"];

/// What `verify` prints of a bundle.
#[derive(Debug, Serialize)]
struct Verified {
    path: String,
    #[serde(flatten)]
    check: BundleCheck,
}

/// Checks the bundle; the answer is no where something is not good.
pub fn verify(file: &Path, key: &str, installed: Option<&str>, context: &Context) -> anyhow::Result<Outcome> {
    let is_key = KEY_TYPES.iter().any(|start| key.starts_with(start)) && key.contains(' ');
    let keys = if is_key { key.to_owned() } else { fs_err::read_to_string(key)? };
    let signers = Signers::read(&keys).with_context(|| format!("cannot take `{key}` for trusted keys"))?;
    let reader = BufReader::new(fs_err::File::open(file)?);
    let check = {
        let _step = context.step("checking the bundle");
        check_bundle(reader, &signers, installed).with_context(|| format!("cannot read `{}`", file.display()))?
    };
    let verified = Verified { path: file.display().to_string(), check };
    context.print("verify", &verified, |verified, _| view(verified, installed))?;
    Ok(if verified.check.passed { Outcome::Done } else { Outcome::No })
}

fn view(verified: &Verified, installed: Option<&str>) -> String {
    let Verified { path, check } = verified;
    let mut shown = String::new();
    let (style, mark) = if check.passed { (GOOD, "good") } else { (ERROR, "not good") };
    let what = match &check.bundle {
        Some(bundle) => format!("{} {}, tag {}", bundle.project, bundle.version, bundle.tag),
        None => path.clone(),
    };
    let _ = writeln!(shown, "{style}{mark}{style:#}  {}", text::one_line(&what));
    for problem in &check.problems {
        let words = match &problem.path {
            Some(path) => format!("{path} {}", problem.words),
            None => problem.words.clone(),
        };
        let _ = writeln!(shown, "      {}", text::one_line(&words));
    }
    if let Some(signer) = &check.signed_by {
        let name = if signer.name.is_empty() { String::new() } else { format!(" ({})", signer.name) };
        let words = format!("signed with {}{name}", signer.fingerprint);
        let _ = writeln!(shown, "      {FAINT}{}{FAINT:#}", text::one_line(&words));
    }
    if !check.passed {
        let _ = writeln!(shown, "{HINT}next{HINT:#}  {}", instead(check));
        return shown;
    }
    let files = if check.files == 1 { "1 file".to_owned() } else { format!("{} files", check.files) };
    let _ = writeln!(shown, "      {FAINT}{files}, {}, all as they were signed{FAINT:#}", text::bytes(check.bytes));
    let folder = check.bundle.as_ref().map_or("", |bundle| bundle.folder.as_str());
    for words in check.next.iter().flat_map(|next| steps(next, folder, installed)) {
        let _ = writeln!(shown, "{HINT}next{HINT:#}  {}", text::one_line(&words));
    }
    shown
}

/// What to do in place of an installation.
fn instead(check: &BundleCheck) -> &'static str {
    let has = |kind| check.problems.iter().all(|problem| problem.problem == kind);
    if has(ProblemKind::Older) {
        "keep what is installed, or look for a newer bundle"
    } else if has(ProblemKind::NoWay) {
        "ask whoever sent it for a bundle that begins at what is installed (`twintrack bundle --from`)"
    } else if has(ProblemKind::UnknownKey) {
        "install nothing from it, unless you learn on another way that the key is theirs who should have sent it"
    } else {
        "install nothing from it; get it again from whoever sent it"
    }
}

/// What to do, a sentence each.
fn steps(next: &NextStep, folder: &str, installed: Option<&str>) -> Vec<String> {
    match next {
        NextStep::Nothing => vec!["it is what is installed: there is nothing to do".to_owned()],
        NextStep::Choose { pages } => match pages.as_slice() {
            [] => vec![format!("unpack it and read {folder}/README.html")],
            pages => {
                let from: Vec<&str> = pages.iter().map(|page| page.from.as_str()).collect();
                vec![format!(
                    "say what is installed with `--installed VERSION` to be told what to read; there are notes for {}",
                    from.join(", ")
                )]
            }
        },
        NextStep::Upgrade { page, stops } => {
            let installed = installed.unwrap_or_default();
            let mut steps = vec![format!("unpack it and read {folder}/{page}, which leads from {installed}")];
            steps.extend(stops.iter().map(|stop| match stop.included {
                true => format!("the way stops at {}, which is in the bundle", stop.version),
                false => format!("the way stops at {}, which is not in the bundle: get it first", stop.version),
            }));
            steps
        }
    }
}
