//! Documents from reports and bytes: templates, Markdown and HTML pages, and the directory they are written to.

mod bundle;
mod compose;
mod digest;
mod documents;
mod extract;
mod feeds;
#[cfg(test)]
mod hostile_tests;
mod html;
mod layout;
mod mentions;
mod parallel;
mod prose;
mod redaction;
mod site;
pub mod template;
mod text;
pub mod view;
mod writer;

pub use bundle::{
    BundleCheck, BundleError, BundleFile, BundleManifest, BundleProblem, BundleRole, BundleSigner, BundleSource,
    BundleStop, BundledUpgrade, CheckedBundle, Compression, Content, NAMESPACE, NextPage, NextStep, NextStop, Packing,
    ProblemKind, Signers, SignersError, check_bundle, slug, sum_of,
};
pub use compose::{BUNDLE_DOCUMENTS, Inputs, SiteReports, TreeReports, backport_decisions, tension as tension_view};
pub use digest::Digest;
pub use documents::{PublishError, documents};
pub use extract::{
    affected_document, backports_document, bundle_document, extract, surface_document, tension_document,
    upgrade_document,
};
pub use feeds::{Feed, feeds};
pub use html::Body;
pub use layout::{DocumentKind, Place, line_folders};
pub use mentions::without_mentions;
pub use redaction::{Leak, RedactionError, check_document, check_redaction};
pub use site::{Document, Draft, Figure, Group, Styling, assemble};
pub use writer::{Changes, Directory, Made, RECORD, WriteError};
