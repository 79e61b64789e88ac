//! Files that commands write for people: put in place whole, and never over something else unless that was asked for.

use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// What became of a file that was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placed {
    Written,
    /// It already said so.
    Same,
    /// It says something else, and was left alone.
    InTheWay,
}

/// An empty file in the directory of `path`, to be renamed to it once it is whole.
pub(super) fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".twintrack.");
    // Readable for others, as far as the user's mask allows: a temporary file is private otherwise.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(directory)
}

/// Writes `text` to `path` as a whole; over something else only where `force` is set.
pub(super) fn place(path: &Path, text: &str, force: bool) -> io::Result<Placed> {
    match std::fs::read(path) {
        Ok(found) if found == text.as_bytes() => return Ok(Placed::Same),
        Ok(_) if !force => return Ok(Placed::InTheWay),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut file = beside(path)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    match if force { file.persist(path) } else { file.persist_noclobber(path) } {
        Ok(_) => Ok(Placed::Written),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Placed::InTheWay),
        Err(error) => Err(error.error),
    }
}
