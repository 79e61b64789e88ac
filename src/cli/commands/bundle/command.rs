//! The steps of `bundle`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use serde::Serialize;

use super::contents::{Named, add_documents, check_recorded, find};
use super::fault::BundleFault;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::file::beside;
use crate::cli::output::{FAINT, GOOD};
use crate::cli::text;
use crate::git::{Repository, Signing};
use crate::ledger::Ledger;
use crate::publish::{
    BundleFile, BundleManifest, BundleRole, BundleStop, BundledUpgrade, Compression, Content, DocumentKind, NAMESPACE,
    Packing, Place, slug, sum_of,
};
use crate::reports::{BundleContents, BundleRequest};

/// The arguments of `bundle`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    twintrack bundle 1.8.4 --artifact dist/acme-1.8.4.tar.gz --out dist\n  \
    twintrack bundle 1.8.4 --from 1.6.2 --artifact dist/acme-1.8.4.rpm --artifact 1.7.9=dist/acme-1.7.9.rpm --out dist\n  \
    twintrack verify dist/acme-1.8.4-bundle.tar.gz --key release.pub --installed 1.6.2\n\n\
    The same release, artifacts and day give the same bytes.")]
pub struct Args {
    /// The release, by version or tag; or a line, whose newest release is taken.
    version: String,
    /// What is installed; `VERSION=FILE` for a version at which the way from `--from` stops. May be given several times.
    #[arg(long = "artifact", required = true, value_name = "[VERSION=]FILE")]
    artifacts: Vec<PathBuf>,
    /// The archive, or a directory for it. It is compressed unless its name ends in `.tar`.
    #[arg(long, value_name = "DIR|FILE")]
    out: PathBuf,
    /// The release that is installed: notes for it, and every stop on the way, are in the bundle, too.
    #[arg(long, value_name = "VERSION")]
    from: Option<String>,
    /// A bill of materials. May be given several times.
    #[arg(long = "sbom", value_name = "FILE")]
    parts: Vec<PathBuf>,
    /// The ssh key that signs: a private one, or a public one whose private half the agent holds [default: the one that git
    /// signs with].
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The channel whose versions are meant where several have the same.
    #[arg(long, short)]
    channel: Option<String>,
    /// Overwrite another bundle.
    #[arg(long)]
    force: bool,
}

/// What was packed.
#[derive(Debug, Serialize)]
struct Bundled {
    path: String,
    sha256: String,
    /// In bytes.
    size: u64,
    /// The key that signed it, as it was named.
    key: String,
    /// Whether the very same was there before.
    unchanged: bool,
    #[serde(flatten)]
    manifest: BundleManifest,
}

/// Packs, signs and writes.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let key = args.key.as_deref().map(std::path::absolute).transpose()?;
    let signing = repository.file_signing(key.as_deref()).map_err(BundleFault::Unsigned)?;
    let request =
        BundleRequest { channel: args.channel.clone(), version: args.version.clone(), from: args.from.clone() };
    let contents = find(context, &repository, &ledger, &request)?;
    let mut files = Named { artifacts: &args.artifacts, parts: &args.parts }.files(&contents)?;
    let project = project(&ledger, &repository);
    let folder = format!("{}-{}-bundle", slug(&project), slug(contents.release.version.as_str()));
    let path = if args.out.is_dir() { args.out.join(format!("{folder}.tar.gz")) } else { args.out.clone() };
    let archive = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    add_documents(&mut files, context, &repository, &ledger, &contents, &archive)?;
    let packing = {
        let _step = context.step("packing");
        Packing::new(&folder, manifest(project, &contents, &files), files)?
    };
    check_recorded(&contents, &packing.manifest().files)?;
    let bundled = write(&packing, &signing, path, args.force)?;
    context.actions.set(&[
        ("path", bundled.path.as_str()),
        ("sha256", &bundled.sha256),
        ("version", &bundled.manifest.version),
    ])?;
    context.actions.summarise_text("Bundle", &view(&bundled))?;
    context.print("bundle", &bundled, |bundled, _| view(bundled))?;
    Ok(Outcome::Done)
}

fn project(ledger: &Ledger, repository: &Repository) -> String {
    let named = ledger.config.project.name.clone().or_else(|| repository.directory_name());
    named.unwrap_or_else(|| "project".to_owned())
}

/// What is known before the files are read.
fn manifest(project: String, contents: &BundleContents, files: &BTreeMap<String, Content>) -> BundleManifest {
    let release = &contents.release;
    let stop = |point: &crate::reports::UpgradePoint| BundleStop {
        version: point.version.to_string(),
        tag: point.tag.to_string(),
        commit: point.commit.to_string(),
    };
    let upgrade = |from: &crate::reports::UpgradeFrom| {
        let page = Place::of_bundled_upgrade(&from.from).file(DocumentKind::Html);
        let stops = from.stops()?.iter().map(ToString::to_string).collect();
        files.contains_key(&page).then(|| BundledUpgrade { from: from.from.to_string(), page, stops })
    };
    BundleManifest {
        schema_version: BundleManifest::SCHEMA_VERSION,
        project,
        version: release.version.to_string(),
        channel: contents.channel.to_string(),
        line: release.line.clone(),
        tag: release.tag.to_string(),
        commit: release.commit.to_string(),
        released: release.date,
        stops: contents.stops.iter().map(stop).collect(),
        releases: contents.releases.iter().map(ToString::to_string).collect(),
        upgrades: contents.upgrades.iter().filter_map(upgrade).collect(),
        files: Vec::new(),
    }
}

/// Puts the signed archive in place as a whole.
fn write(packing: &Packing, signing: &Signing, path: PathBuf, force: bool) -> anyhow::Result<Bundled> {
    let signature = signing.sign_for(NAMESPACE, packing.sums().as_bytes()).map_err(BundleFault::Unsigned)?;
    let is_plain = path.extension().is_some_and(|extension| extension == "tar");
    let compression = if is_plain { Compression::None } else { Compression::Gzip };
    let mut file = beside(&path)?;
    let mut out = BufWriter::new(&mut file);
    packing.write(&signature, compression, &mut out)?;
    out.flush()?;
    drop(out);
    file.as_file().sync_all()?;
    let (sha256, size) = sum_of(file.reopen()?)?;
    let there = if path.exists() { Some(sum_of(fs_err::File::open(&path)?)?.0) } else { None };
    let unchanged = there.as_ref() == Some(&sha256);
    if there.is_some() && !unchanged && !force {
        return Err(BundleFault::Exists { path }.into());
    }
    if !unchanged {
        file.persist(&path).map_err(|error| error.error)?;
    }
    let (path, manifest) = (path.display().to_string(), packing.manifest().clone());
    Ok(Bundled { path, sha256, size, key: signing.key().to_owned(), unchanged, manifest })
}

/// Versions that a list names before it says how many more there are.
const FEW: usize = 6;

fn view(bundled: &Bundled) -> String {
    let manifest = &bundled.manifest;
    let wrote = if bundled.unchanged { "unchanged" } else { "wrote" };
    let mut shown = format!("{GOOD}{wrote}{GOOD:#} {}  {}\n", text::one_line(&bundled.path), text::bytes(bundled.size));
    let mut fact = |name: &str, value: &str| {
        let _ = writeln!(shown, "  {FAINT}{name:<10}{FAINT:#} {}", text::one_line(value));
    };
    fact("release", &format!("{} {}, tag {}", manifest.project, manifest.version, manifest.tag));
    let of = |role: BundleRole| manifest.files.iter().filter(move |file| file.role == role);
    for BundleFile { path, size, .. } in of(BundleRole::Artifact).chain(of(BundleRole::Sbom)) {
        fact("file", &format!("{path}  {}", text::bytes(*size)));
    }
    let stops: Vec<&str> = manifest.stops.iter().map(|stop| stop.version.as_str()).collect();
    if !stops.is_empty() {
        fact("stops", &stops.join(", "));
    }
    let from: Vec<&str> = manifest.upgrades.iter().map(|upgrade| upgrade.from.as_str()).collect();
    let from = match from.as_slice() {
        [] => "none: nothing that is supported comes before it".to_owned(),
        few if few.len() <= FEW => format!("from {}", few.join(", ")),
        many => format!("from {} and {} more", many[..FEW].join(", "), many.len() - FEW),
    };
    fact("upgrades", &from);
    fact("sha256", &bundled.sha256);
    fact("signed", &format!("with {}, for {NAMESPACE}", bundled.key));
    shown
}
