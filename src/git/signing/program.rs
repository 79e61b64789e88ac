//! The programs that sign, called as git calls them.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::how::{Signing, SigningError};
use crate::git::command::words;
use crate::git::object::SignatureKind;

/// How a public key begins that is given in place of a file.
pub(super) const SSH_KEY_PREFIXES: [&str; 2] = ["key::", "ssh-"];

/// Signs with the program and key of `signing`; with an ssh key for that namespace.
pub(super) fn sign(signing: &Signing, payload: &[u8], namespace: &str) -> Result<String, SigningError> {
    let key = signing.resolved_key()?;
    let directory = tempfile::Builder::new().prefix("twintrack-").tempdir().map_err(SigningError::Temporary)?;
    let file = directory.path().join("payload");
    std::fs::write(&file, payload).map_err(SigningError::Temporary)?;
    let armour = match signing.format {
        SignatureKind::Ssh => with_ssh(signing, &key, &file, namespace)?,
        SignatureKind::OpenPgp | SignatureKind::X509 => with_gpg(signing, &key, &file)?,
    };
    let mut armour = armour.replace('\r', "");
    if !armour.ends_with('\n') {
        armour.push('\n');
    }
    Ok(armour)
}

/// A detached signature on standard output; that it was made is read from the status lines.
fn with_gpg(signing: &Signing, key: &str, file: &Path) -> Result<String, SigningError> {
    let mut command = command(signing);
    command.args(["--status-fd=2", "-bsau", key]);
    command.stdin(File::open(file).map_err(SigningError::Temporary)?);
    let output = run(signing, &mut command)?;
    let status = String::from_utf8_lossy(&output.stderr).into_owned();
    let is_made = status.lines().any(|line| line.starts_with("[GNUPG:] SIG_CREATED "));
    if !output.status.success() || !is_made {
        let said = status.lines().filter(|line| !line.starts_with("[GNUPG:]")).collect::<Vec<_>>().join("\n");
        return Err(refused(signing, key, said.trim_end().to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A signature in a file beside the signed one. A key that is given itself is found in the agent.
fn with_ssh(signing: &Signing, key: &str, file: &Path, namespace: &str) -> Result<String, SigningError> {
    let literal = SSH_KEY_PREFIXES.iter().any(|start| key.starts_with(start));
    let key_file = if literal {
        let public = file.with_file_name("key");
        let text = key.strip_prefix("key::").unwrap_or(key);
        std::fs::write(&public, format!("{}\n", text.trim())).map_err(SigningError::Temporary)?;
        public.into_os_string()
    } else {
        expanded(key).into()
    };
    let mut command = command(signing);
    command.args([
        OsStr::new("-Y"),
        OsStr::new("sign"),
        OsStr::new("-n"),
        OsStr::new(namespace),
        OsStr::new("-f"),
        &key_file,
    ]);
    if literal {
        command.arg("-U");
    }
    let output = run(signing, command.arg(file))?;
    let signature = file.with_extension("sig");
    match std::fs::read_to_string(&signature) {
        Ok(armour) if output.status.success() => Ok(armour),
        _ => {
            let place = file.parent().unwrap_or(file).display().to_string();
            // The temporary files mean nothing to anybody.
            let said = words(&output.stderr).replace(&place, "");
            Err(refused(signing, key, said))
        }
    }
}

fn refused(signing: &Signing, key: &str, words: String) -> SigningError {
    let (program, key, format) = (signing.program.clone(), key.to_owned(), signing.format);
    SigningError::Refused { program, key, format, words }
}

fn command(signing: &Signing) -> Command {
    let mut command = Command::new(&signing.program);
    command.current_dir(&signing.directory).stdin(Stdio::null());
    command
}

fn run(signing: &Signing, command: &mut Command) -> Result<Output, SigningError> {
    let program = || signing.program.clone();
    command.output().map_err(|source| SigningError::Start { program: program(), source })
}

/// Runs a command line of the configuration.
pub(super) fn shell(line: &str, directory: &Path) -> Result<Output, SigningError> {
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(directory).stdin(Stdio::null());
    command.output().map_err(|source| SigningError::Start { program: line.to_owned(), source })
}

/// A path with the home directory in place of a leading `~/`, as git writes it out.
pub(super) fn expanded(path: &str) -> String {
    match (path.strip_prefix("~/"), std::env::var("HOME")) {
        (Some(rest), Ok(home)) => format!("{home}/{rest}"),
        _ => path.to_owned(),
    }
}
