//! Whether tags are signed by somebody who is trusted here.

use std::path::Path;

use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::output::{ERROR, FAINT, GOOD};
use crate::cli::text;
use crate::git::SignatureState;
use crate::reports::{self, Signatures, TagSignature};

/// Checks the signatures; the answer is no where one is not good.
pub fn verify(tags: &[String], allowed: Option<&Path>, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let allowed = allowed.map(std::path::absolute).transpose()?;
    let report = reports::signatures(&repository, &repository.refs(&[])?, tags, allowed.as_deref())?;
    context.print("verify", &report, view)?;
    Ok(if report.passed { Outcome::Done } else { Outcome::No })
}

fn view(report: &Signatures, _: usize) -> String {
    report.signatures.iter().map(line).collect()
}

fn line(tag: &TagSignature) -> String {
    let (style, mark) = if tag.is_good() { (GOOD, "good") } else { (ERROR, "not good") };
    let name = tag.name.as_str();
    let name = name.strip_prefix("refs/tags/").unwrap_or(name);
    let mut shown = format!("{style}{mark}{style:#}  {}: {}\n", text::one_line(name), text::one_line(&words(tag)));
    let said = tag.signature.words.lines().map(|line| format!("{FAINT}      {}{FAINT:#}\n", text::one_line(line)));
    shown.extend(said);
    shown
}

fn words(tag: &TagSignature) -> String {
    let signature = &tag.signature;
    let whose = match (&signature.signer, &signature.key) {
        (Some(signer), Some(key)) => format!(" {signer} with key {key}"),
        (Some(one), None) | (None, Some(one)) => format!(" {one}"),
        (None, None) => " somebody".to_owned(),
    };
    if let Some(other) = &tag.other_name {
        return format!("it is the tag `{other}` under another name, signed by{whose}");
    }
    match signature.state {
        SignatureState::Good => format!("signed by{whose}"),
        SignatureState::Unsigned if tag.is_lightweight => "a lightweight tag, and its commit is not signed".to_owned(),
        SignatureState::Unsigned => "it is not signed".to_owned(),
        SignatureState::Bad => "it was altered after it was signed".to_owned(),
        SignatureState::UnknownKey => format!("signed by a key that nobody trusts here:{whose}"),
        SignatureState::ExpiredKey => format!("signed by a key that was not valid then:{whose}"),
        SignatureState::RevokedKey => format!("signed by a key that was revoked:{whose}"),
        SignatureState::Unchecked => "git could not check it".to_owned(),
    }
}
