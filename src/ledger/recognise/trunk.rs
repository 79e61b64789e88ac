//! Which branch is trunk: what the remote or the checkout says where that can be trunk, else what trunks are called.

use super::input::{Ancestry, Names};
use super::words;

/// Names of trunks, likeliest first.
const TRUNKS: [&str; 8] = ["main", "master", "trunk", "develop", "devel", "dev", "default", "blead"];

/// The name of trunk; `None` where no branch can be it. Of several well-known names the one with the newest commit wins:
/// an abandoned `master` often stays beside `main`. Needs only the times of commits.
pub fn choose_trunk<'n>(names: &Names<'n>, ancestry: &mut dyn Ancestry) -> Option<&'n str> {
    let exists = |name: &&str| names.branches.iter().any(|branch| branch.name == *name);
    if let Some(remote) = names.remote_head.filter(exists) {
        return Some(remote);
    }
    if let Some(head) = names.head.filter(|head| TRUNKS.contains(head)) {
        return Some(head);
    }
    let mut known: Vec<(i64, usize, &str)> = Vec::new();
    for branch in names.branches {
        if let Some(rank) = TRUNKS.iter().position(|trunk| *trunk == branch.name) {
            known.push((ancestry.time(branch.tip).unwrap_or(i64::MIN), TRUNKS.len() - rank, branch.name));
        }
    }
    let newest = known.into_iter().max().map(|(_, _, name)| name);
    let head = names.head.filter(|head| names.branches.is_empty() || exists(head));
    let only = match names.branches {
        [only] => Some(only.name),
        _ => None,
    };
    newest.or(head.filter(|head| !is_line_like(head))).or(only)
}

fn is_line_like(name: &str) -> bool {
    name.contains(|c: char| c.is_ascii_digit()) && words::words(name).iter().all(|word| words::is_line_word(word))
}
