//! A real browser without a window.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The browser, where there is one. Where there is none, says that `what` was skipped.
pub fn browser(what: &str) -> Option<Browser> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let folders: Vec<PathBuf> = std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect();
    let found =
        names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|it| it.exists());
    if found.is_none() {
        eprintln!("skipped: {what}: there is no chromium on this machine");
    }
    found.map(Browser)
}

/// A browser.
pub struct Browser(PathBuf);

/// What a page became.
pub struct Shown {
    /// The document after its scripts ran.
    pub document: String,
    /// What the page told the console: errors, and whatever its policy forbade.
    pub console: Vec<String>,
}

impl Browser {
    /// Opens a page of the disk; `fragment` is what follows its `#`.
    pub fn open(&self, page: &Path, fragment: &str) -> Shown {
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new(&self.0);
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]);
        command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
        command.args(["--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom"]);
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        command.arg(format!("file://{}#{fragment}", page.display()));
        let output = command.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        Shown {
            document: String::from_utf8(output.stdout).unwrap(),
            console: said.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect(),
        }
    }
}
