//! Loose objects, read without libgit2: 1.9 never returns from a loose object that is cut off, as full disks and power
//! cuts leave them. Only the repository's own objects are read here; those of alternates are libgit2's.

use std::cell::OnceCell;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result};
use std::path::{Path, PathBuf};

use flate2::bufread::ZlibDecoder;

use crate::domain::ObjectId;

use super::object::ObjectKind;

/// `commit <length>\0` and its like are no longer than this.
const HEADER_LIMIT: u64 = 32;

/// The loose objects of one object directory, listed as they are asked for. Most objects are packed, and a listing of
/// a few names costs less than looking for each.
pub(super) struct LooseObjects {
    directory: PathBuf,
    /// By first byte, sorted.
    listed: Box<[OnceCell<Vec<ObjectId>>]>,
}

impl LooseObjects {
    pub(super) fn below(common_dir: &Path) -> Self {
        let listed = (0..=255u8).map(|_| OnceCell::new()).collect();
        Self { directory: common_dir.join("objects"), listed }
    }

    /// The kind of an object, `None` where it is not loose.
    pub(super) fn kind(&self, id: ObjectId) -> Option<Result<ObjectKind>> {
        Some(self.open(id)?.and_then(|mut stream| Ok(read_header(&mut stream)?.0)))
    }

    /// An object, `None` where it is not loose.
    pub(super) fn read(&self, id: ObjectId) -> Option<Result<(ObjectKind, Vec<u8>)>> {
        Some(self.open(id)?.and_then(|mut stream| {
            let (kind, length) = read_header(&mut stream)?;
            let mut bytes = Vec::new();
            stream.take(length.saturating_add(1)).read_to_end(&mut bytes)?;
            if bytes.len() as u64 == length { Ok((kind, bytes)) } else { Err(malformed("is not as long as it says")) }
        }))
    }

    fn open(&self, id: ObjectId) -> Option<Result<impl BufRead>> {
        let first = id.as_bytes()[0];
        let listed = self.listed[usize::from(first)].get_or_init(|| list(&self.directory, first));
        listed.binary_search(&id).ok()?;
        let name = id.to_string();
        match std::fs::File::open(self.directory.join(&name[..2]).join(&name[2..])) {
            Ok(file) => Some(Ok(BufReader::new(ZlibDecoder::new(BufReader::new(file))))),
            // Packed meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => Some(Err(error)),
        }
    }
}

/// The objects whose id begins with a byte; what cannot be listed is left to libgit2.
fn list(directory: &Path, first: u8) -> Vec<ObjectId> {
    let prefix = format!("{first:02x}");
    let Ok(entries) = std::fs::read_dir(directory.join(&prefix)) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut ids: Vec<ObjectId> = names.filter_map(|name| format!("{prefix}{name}").parse().ok()).collect();
    ids.sort_unstable();
    ids
}

fn read_header(stream: &mut impl BufRead) -> Result<(ObjectKind, u64)> {
    let mut header = Vec::new();
    stream.take(HEADER_LIMIT).read_until(0, &mut header)?;
    let parsed = header.strip_suffix(b"\0").and_then(|header| {
        let (kind, length) = std::str::from_utf8(header).ok()?.split_once(' ')?;
        Some((ObjectKind::from_word(kind.as_bytes())?, length.parse().ok()?))
    });
    parsed.ok_or_else(|| malformed("has no header that git writes"))
}

fn malformed(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("the file {what}"))
}
