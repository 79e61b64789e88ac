//! Opening a repository: libgit2's process-wide options, and saying in words what libgit2 cannot read.
//!
//! Unsupported formats are told apart by the repository's own configuration, never by the text of libgit2's error.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};

use git2::{ErrorCode, RepositoryOpenFlags};

use super::command::GitCommand;
use super::repository::Repository;

/// Why a repository could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("`{}` does not exist", .path.display())]
    NoSuchDirectory { path: PathBuf },
    #[error("`{}` is not in a git repository", .path.display())]
    NotARepository { path: PathBuf },
    #[error("the repository at `{}` belongs to another user", .path.display())]
    ForeignOwner { path: PathBuf },
    #[error("the repository at `{}` names its objects by SHA-256", .path.display())]
    Sha256 { path: PathBuf },
    #[error("the repository at `{}` keeps its refs in the format `{format}`", .path.display())]
    RefStorage { path: PathBuf, format: String },
    #[error("the repository at `{}` uses the extension `{extension}`", .path.display())]
    Extension { path: PathBuf, extension: String },
    #[error("cannot open the repository at `{}`", .path.display())]
    Git {
        path: PathBuf,
        #[source]
        source: git2::Error,
    },
}

impl OpenError {
    /// What to do about it, where there is something to do.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoSuchDirectory { .. } => "name an existing directory with `--repo DIR`".to_owned(),
            Self::NotARepository { .. } => "run inside a clone, or name one with `--repo DIR`".to_owned(),
            Self::ForeignOwner { path } => {
                format!("if you trust it, run `git config --global --add safe.directory {}`", quoted(path))
            }
            Self::Sha256 { .. } => "only SHA-1 repositories can be read; clone from a SHA-1 copy of it".to_owned(),
            Self::RefStorage { .. } => {
                "convert a copy with `git refs migrate --ref-format=files`, or clone with `--ref-format=files`"
                    .to_owned()
            }
            Self::Extension { .. } => "a plain `git clone` of it does without the extension".to_owned(),
            Self::Git { .. } => return None,
        })
    }
}

/// The path as a word of a shell command.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+@".contains(c));
    if is_plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Sets what libgit2 knows only per process, once, before the first repository is opened.
///
/// It writes and merges here and reads few objects, so that it need not keep any, nor large windows of packs; objects come
/// out of checksummed packs, so that their hash is not computed again.
fn set_options() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        git2::opts::enable_caching(false);
        git2::opts::strict_hash_verification(false);
        // SAFETY: these calls are unsafe because they set globals of libgit2 without a lock; `Once` and the fact that
        // every repository of this process is opened through this module keep them alone and first. None can fail for
        // these arguments, and a default that stays costs memory only, except the extension: then opening says so.
        unsafe {
            let _ = git2::opts::set_mwindow_size(1 << 20);
            let _ = git2::opts::set_mwindow_mapped_limit(32 << 20);
            let _ = git2::opts::set_extensions(&["partialclone"]);
        }
    });
}

impl Repository {
    /// Opens the repository that `path` is in, looking upwards as git does: to the file system's boundary and the
    /// directories of `GIT_CEILING_DIRECTORIES`.
    pub fn discover(path: &Path) -> Result<Self, OpenError> {
        let ceilings = std::env::var_os("GIT_CEILING_DIRECTORIES").unwrap_or_default();
        let ceilings: Vec<PathBuf> = std::env::split_paths(&ceilings).filter(|path| path.is_absolute()).collect();
        open(path, RepositoryOpenFlags::empty(), &ceilings)
    }

    /// Opens the repository at `path` itself: a work tree, a bare repository or a git directory.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        open(path, RepositoryOpenFlags::NO_SEARCH, &[])
    }
}

fn open(path: &Path, flags: RepositoryOpenFlags, ceilings: &[PathBuf]) -> Result<Repository, OpenError> {
    set_options();
    if !path.is_dir() {
        return Err(OpenError::NoSuchDirectory { path: path.to_owned() });
    }
    let source = match open_if_trusted(path, flags, ceilings) {
        Ok(inner) => return Ok(Repository::new(inner)),
        Err(source) => source,
    };
    match source.code() {
        ErrorCode::NotFound => Err(OpenError::NotARepository { path: path.to_owned() }),
        ErrorCode::Owner => Err(OpenError::ForeignOwner { path: location(path, ceilings) }),
        _ => {
            let path = location(path, ceilings);
            let common = common_dir(&path);
            Err(unsupported(&common).unwrap_or(OpenError::Git { path, source }))
        }
    }
}

/// Opens what belongs to the user or what git trusts. libgit2 knows the `safe.directory` of configuration files only;
/// containers of CI give it by environment, so the last word is git's.
fn open_if_trusted(
    path: &Path,
    flags: RepositoryOpenFlags,
    ceilings: &[PathBuf],
) -> Result<git2::Repository, git2::Error> {
    // The check is a global of libgit2: while it is off for one repository, no other may be opened.
    static OPENING: Mutex<()> = Mutex::new(());
    let _alone = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    let open = || git2::Repository::open_ext(path, flags, ceilings);
    match open() {
        Err(error) if error.code() == ErrorCode::Owner && is_trusted_by_git(path) => {
            // SAFETY: unsafe because it sets a global of libgit2; the lock keeps every other reader of it out.
            unsafe { git2::opts::set_verify_owner_validation(false)? };
            let opened = open();
            // SAFETY: as above.
            unsafe { git2::opts::set_verify_owner_validation(true)? };
            opened
        }
        result => result,
    }
}

fn is_trusted_by_git(path: &Path) -> bool {
    GitCommand::reading_in(path).args(["rev-parse", "--git-dir"]).run().is_ok()
}

/// The work tree, or the bare repository, that `path` is in, as far as it can be told without opening it.
fn location(path: &Path, ceilings: &[PathBuf]) -> PathBuf {
    let start = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let is_repository =
        |dir: &&Path| dir.join(".git").exists() || (dir.join("HEAD").is_file() && dir.join("refs").exists());
    let found = start.ancestors().take_while(|dir| !ceilings.iter().any(|c| c == dir)).find(is_repository);
    found.map_or(start.clone(), Path::to_owned)
}

/// The common git directory of the repository at `location`; wrong only where its files are damaged, and then its
/// configuration is not found.
fn common_dir(location: &Path) -> PathBuf {
    let mut git_dir = location.join(".git");
    if let Ok(text) = fs_err::read_to_string(&git_dir) {
        let target = text.strip_prefix("gitdir:").unwrap_or(&text).trim().to_owned();
        git_dir = location.join(target);
    } else if !git_dir.is_dir() {
        location.clone_into(&mut git_dir);
    }
    match fs_err::read_to_string(git_dir.join("commondir")) {
        Ok(text) => git_dir.join(text.trim()),
        Err(_) => git_dir,
    }
}

/// What the configuration of a repository says about its format that cannot be read here.
fn unsupported(common_dir: &Path) -> Option<OpenError> {
    let config = git2::Config::open(&common_dir.join("config")).ok()?;
    let path = || common_dir.to_owned();
    let mut found = None;
    let entries = config.entries(Some("extensions\\..*")).ok()?;
    let _ = entries.for_each(|entry| {
        let name = String::from_utf8_lossy(entry.name_bytes()).to_ascii_lowercase();
        let value =
            if entry.has_value() { String::from_utf8_lossy(entry.value_bytes()).into_owned() } else { String::new() };
        let error = match (name.trim_start_matches("extensions."), value.as_str()) {
            ("objectformat", "sha1") | ("refstorage", "files") => None,
            ("noop" | "partialclone" | "preciousobjects" | "relativeworktrees" | "worktreeconfig", _) => None,
            ("objectformat", _) => Some(OpenError::Sha256 { path: path() }),
            ("refstorage", format) => Some(OpenError::RefStorage { path: path(), format: format.to_owned() }),
            (extension, _) => Some(OpenError::Extension { path: path(), extension: extension.to_owned() }),
        };
        found = found.take().or(error);
    });
    found
}
