//! Writes a bundle: the same files make the same bytes, whoever packs them and when.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use flate2::{Compression as Level, GzBuilder};
use sha2::{Digest, Sha256};

use super::manifest::{BundleFile, BundleManifest, BundleRole, MANIFEST, SIGNATURE, SUMS};
use super::name::fault;
use super::sums;

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error("`{path}` cannot be in a bundle: {why}")]
    Name { path: String, why: &'static str },
    #[error("`{one}` and `{other}` are one file where file systems do not tell capitals apart")]
    Twins { one: String, other: String },
    #[error("cannot read `{}`", .path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("`{}` changed while it was packed", .path.display())]
    Changed { path: PathBuf },
    #[error("cannot write the bundle")]
    Write(#[source] io::Error),
}

impl BundleError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Name { .. } => Some("give the file a short name of letters, digits, `.`, `-` and `_`"),
            Self::Twins { .. } => Some("give one of them another name"),
            Self::Changed { .. } => Some("wait until the build is done and run again"),
            Self::Read { .. } | Self::Write(_) => None,
        }
    }
}

/// Where the bytes of a file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BundleSource {
    Bytes(Vec<u8>),
    /// Read as it is packed, whatever its size.
    File(PathBuf),
}

/// A file that is to be in a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub role: BundleRole,
    /// The version that it belongs to, where it belongs to one.
    pub version: Option<String>,
    pub source: BundleSource,
}

/// How the archive is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
}

/// A bundle before it is signed.
#[derive(Debug)]
pub struct Packing {
    root: String,
    manifest: BundleManifest,
    /// By path, in the order of the manifest.
    sources: Vec<BundleSource>,
    manifest_text: String,
    sums: String,
}

impl Packing {
    /// Reads everything once, for its checksum. All files stand below the folder `root`; `manifest` lists none yet.
    pub fn new(
        root: &str,
        mut manifest: BundleManifest,
        contents: BTreeMap<String, Content>,
    ) -> Result<Self, BundleError> {
        let mut plain: BTreeMap<String, String> = BTreeMap::new();
        let own = [MANIFEST, SUMS, SIGNATURE].map(str::to_owned);
        for path in own.iter().chain(contents.keys()) {
            if let Some(why) = fault(&format!("{root}/{path}")) {
                return Err(BundleError::Name { path: path.clone(), why });
            }
            if let Some(other) = plain.insert(path.to_lowercase(), path.clone()) {
                return Err(BundleError::Twins { one: other, other: path.clone() });
            }
        }
        let mut sources = Vec::with_capacity(contents.len());
        let mut sums = BTreeMap::new();
        for (path, content) in contents {
            let (sha256, size) = content.source.sum()?;
            sums.insert(path.clone(), sha256.clone());
            manifest.files.push(BundleFile { path, size, sha256, role: content.role, version: content.version });
            sources.push(content.source);
        }
        let mut manifest_text =
            serde_json::to_string_pretty(&manifest).map_err(|error| BundleError::Write(error.into()))?;
        manifest_text.push('\n');
        let (sum, _) = sums::sum_of(manifest_text.as_bytes()).map_err(BundleError::Write)?;
        sums.insert(MANIFEST.to_owned(), sum);
        Ok(Self { root: root.to_owned(), manifest, sources, manifest_text, sums: sums::write(&sums) })
    }

    /// What is signed.
    pub fn sums(&self) -> &str {
        &self.sums
    }

    /// What the bundle says of itself.
    pub fn manifest(&self) -> &BundleManifest {
        &self.manifest
    }

    /// Writes the archive: what the checks need first, then all files in the order of their paths.
    pub fn write(&self, signature: &str, compression: Compression, out: impl Write) -> Result<(), BundleError> {
        match compression {
            Compression::None => self.write_archive(signature, out).map(drop),
            Compression::Gzip => {
                // Without a name or a time, which would differ from run to run.
                let encoder = GzBuilder::new().write(out, Level::default());
                let encoder = self.write_archive(signature, encoder)?;
                encoder.finish().map(drop).map_err(BundleError::Write)
            }
        }
    }

    fn write_archive<W: Write>(&self, signature: &str, out: W) -> Result<W, BundleError> {
        let mut archive = tar::Builder::new(out);
        for (path, text) in [(SUMS, self.sums.as_str()), (SIGNATURE, signature), (MANIFEST, &self.manifest_text)] {
            self.append(&mut archive, path, text.len() as u64, text.as_bytes())?;
        }
        for (file, source) in self.manifest.files.iter().zip(&self.sources) {
            match source {
                BundleSource::Bytes(bytes) => self.append(&mut archive, &file.path, file.size, bytes.as_slice())?,
                BundleSource::File(path) => {
                    let open = File::open(path).map_err(|source| BundleError::Read { path: path.clone(), source })?;
                    let mut summed = Summed { inner: open.take(file.size), hasher: Sha256::new() };
                    self.append(&mut archive, &file.path, file.size, &mut summed)?;
                    let sum = sums::hexadecimal(&summed.hasher.finalize());
                    if sum != file.sha256 {
                        return Err(BundleError::Changed { path: path.clone() });
                    }
                }
            }
        }
        archive.into_inner().map_err(BundleError::Write)
    }

    fn append<W: Write>(
        &self,
        archive: &mut tar::Builder<W>,
        path: &str,
        size: u64,
        content: impl Read,
    ) -> Result<(), BundleError> {
        let mut header = tar::Header::new_ustar();
        let named = header.set_path(format!("{}/{path}", self.root));
        named.map_err(|_| BundleError::Name { path: path.to_owned(), why: "it is too long" })?;
        header.set_size(size);
        header.set_mode(0o644);
        header.set_mtime(u64::try_from(self.manifest.released.timestamp()).unwrap_or(0));
        header.set_cksum();
        archive.append(&header, content).map_err(BundleError::Write)
    }
}

impl BundleSource {
    fn sum(&self) -> Result<(String, u64), BundleError> {
        match self {
            Self::Bytes(bytes) => sums::sum_of(bytes.as_slice()).map_err(BundleError::Write),
            Self::File(path) => {
                let sum = File::open(path).and_then(sums::sum_of);
                sum.map_err(|source| BundleError::Read { path: path.clone(), source })
            }
        }
    }
}

/// Passes bytes on and sums them up.
struct Summed<R> {
    inner: R,
    hasher: Sha256,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}
