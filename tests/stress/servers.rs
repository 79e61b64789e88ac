//! Servers on the loopback interface that serve a bare repository: OpenSSH and lighttpd with git's own backend. Each is a
//! child of the test and ends with it.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::fleet::Fleet;

/// A server at work.
pub struct Server {
    child: Child,
    /// Where it serves the remote.
    pub address: String,
    /// What a clone needs to reach it, as settings of git.
    pub settings: Vec<String>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// OpenSSH with keys of its own, or why there is none.
pub fn ssh(fleet: &Fleet) -> Result<Server, String> {
    let sshd = program(&["/usr/sbin/sshd", "/usr/local/sbin/sshd"]).ok_or("there is no sshd (openssh-server)")?;
    let directory = fleet.path("ssh");
    std::fs::create_dir(&directory).map_err(|error| error.to_string())?;
    for key in ["host", "user"] {
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(directory.join(key));
        let made = command.status().map_err(|error| format!("there is no ssh-keygen: {error}"))?;
        assert!(made.success(), "ssh-keygen");
    }
    let (port, place) = (free_port(), directory.display());
    let config = format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {place}/host\nAuthorizedKeysFile {place}/user.pub\nPidFile none\n\
         StrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n\
         MaxStartups 100\nAcceptEnv GIT_PROTOCOL\nLogLevel ERROR\n"
    );
    std::fs::write(directory.join("config"), config).map_err(|error| error.to_string())?;
    // The directory that sshd gives its unprivileged part; only root can make it, and only root needs it.
    let _ = std::fs::create_dir_all("/run/sshd");
    let mut command = Command::new(sshd);
    command.args(["-D", "-e", "-f"]).arg(directory.join("config"));
    let child = started(command, &directory, port)?;
    let user =
        String::from_utf8_lossy(&Command::new("id").arg("-un").output().map_err(|error| error.to_string())?.stdout)
            .trim()
            .to_owned();
    let ssh = format!(
        "ssh -p {port} -i {place}/user -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -F none"
    );
    let address = format!("{user}@127.0.0.1:{}", fleet.remote().display());
    Ok(Server { child, address, settings: vec![format!("core.sshCommand={ssh}")] })
}

/// lighttpd with `git http-backend`, or why there is none.
pub fn http(fleet: &Fleet) -> Result<Server, String> {
    let lighttpd = program(&["/usr/sbin/lighttpd", "/usr/local/sbin/lighttpd"]).ok_or("there is no lighttpd")?;
    let backend = backend().ok_or("there is no git-http-backend")?;
    let directory = fleet.path("http");
    std::fs::create_dir(&directory).map_err(|error| error.to_string())?;
    let port = free_port();
    let config = format!(
        "server.document-root = \"{root}\"\nserver.port = {port}\nserver.bind = \"127.0.0.1\"\n\
         server.modules = (\"mod_alias\", \"mod_cgi\", \"mod_setenv\")\nserver.errorlog = \"{place}/error.log\"\n\
         server.upload-dirs = (\"{place}\")\nalias.url = (\"/git\" => \"{backend}\")\n\
         $HTTP[\"url\"] =~ \"^/git\" {{\n  cgi.assign = (\"\" => \"\")\n  setenv.add-environment = (\n    \"GIT_PROJECT_ROOT\" => \"{root}\",\n\
         \x20   \"GIT_HTTP_EXPORT_ALL\" => \"1\",\n    \"REMOTE_USER\" => \"ada\",\n    \"GIT_CONFIG_NOSYSTEM\" => \"1\"\n  )\n}}\n",
        root = fleet.path("").display().to_string().trim_end_matches('/'),
        place = directory.display(),
        backend = backend.display(),
    );
    std::fs::write(directory.join("config"), config).map_err(|error| error.to_string())?;
    let mut command = Command::new(lighttpd);
    command.args(["-D", "-f"]).arg(directory.join("config"));
    let child = started(command, &directory, port)?;
    Ok(Server { child, address: format!("http://127.0.0.1:{port}/git/remote.git"), settings: Vec::new() })
}

fn program(places: &[&str]) -> Option<PathBuf> {
    places.iter().map(PathBuf::from).find(|path| path.exists())
}

fn backend() -> Option<PathBuf> {
    let output = Command::new("git").arg("--exec-path").output().ok()?;
    let path = Path::new(String::from_utf8_lossy(&output.stdout).trim()).join("git-http-backend");
    path.exists().then_some(path)
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_or(0, |address| address.port())
}

fn started(mut command: Command, directory: &Path, port: u16) -> Result<Child, String> {
    let log = std::fs::File::create(directory.join("log")).map_err(|error| error.to_string())?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(10) {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(child);
        }
        if let Ok(Some(status)) = child.try_wait() {
            let words = std::fs::read_to_string(directory.join("log")).unwrap_or_default();
            return Err(format!("the server ended at once ({status}): {}", words.trim()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let _ = child.kill();
    let _ = child.wait();
    Err("the server did not answer within ten seconds".to_owned())
}
