//! The project's own templates: from where its configuration is, so that an old line's checkout brings back neither.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::{Config, Origin};
use crate::git::Repository;

/// Files of the directory of templates by their paths below it; empty where there is no such directory.
pub fn overrides(
    config: &Config,
    repository: &Repository,
    given: Option<&Path>,
) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    if let Some(directory) = given {
        anyhow::ensure!(directory.is_dir(), "`{}` is not a directory", directory.display());
        return in_directory(directory);
    }
    let directory = &config.documents.templates;
    match (&config.origin, repository.work_dir()) {
        (Origin::Trunk { commit, .. }, _) => at_commit(repository, *commit, directory),
        (_, Some(root)) => in_directory(&root.join(directory)),
        _ => Ok(BTreeMap::new()),
    }
}

fn in_directory(root: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs_err::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if entry.path().is_dir() {
                folders.push((entry.path(), format!("{path}/")));
            } else if is_counted(&name) {
                found.insert(path, fs_err::read(entry.path())?);
            }
        }
    }
    Ok(found)
}

fn at_commit(
    repository: &Repository,
    commit: crate::domain::CommitId,
    directory: &str,
) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let reader = repository.reader()?;
    let prefix = format!("{directory}/");
    let is_on_the_way = |path: &str| prefix.starts_with(&format!("{path}/")) || path.starts_with(&prefix);
    let is_wanted = |path: &str| path.starts_with(&prefix) && path.rsplit('/').next().is_some_and(is_counted);
    let mut found = BTreeMap::new();
    for (path, blob) in reader.files_matching(commit, is_on_the_way, is_wanted)? {
        found.insert(path[prefix.len()..].to_owned(), reader.blob(blob)?);
    }
    Ok(found)
}

/// Editors' leavings and notes for people who read the directory are no templates.
fn is_counted(name: &str) -> bool {
    !name.starts_with('.') && !name.ends_with('~') && !name.to_ascii_lowercase().starts_with("readme")
}
