//! The address of a remote, and what can be told from it: the project's name and the page where people find it.

/// What an address tells. Nothing secret is kept: user names and passwords are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemoteAddress {
    /// The last part of the path, without `.git`.
    pub project: Option<String>,
    /// `https://host/path`; `None` for a path on this machine.
    pub page: Option<String>,
}

impl RemoteAddress {
    /// Understands `https`, `http`, `ssh` and `git` addresses, `user@host:path`, and paths.
    pub fn new(address: &str) -> Self {
        let address = address.trim().trim_end_matches('/');
        let (host, path) = match address.split_once("://") {
            Some(("file", path)) => (None, path),
            Some((_, rest)) => match rest.split_once('/') {
                Some((authority, path)) => (host(authority), path),
                None => (None, ""),
            },
            // git takes `host:path` for ssh unless a slash comes before the colon.
            None => match address.split_once(':') {
                Some((authority, path)) if !authority.contains('/') && authority.len() > 1 => (host(authority), path),
                _ => (None, address),
            },
        };
        let path = path.trim_matches('/').trim_end_matches(".git").trim_end_matches('/');
        let project = path.rsplit(['/', '\\']).next().filter(|name| !name.is_empty() && *name != "..");
        let page = host.filter(|_| !path.is_empty()).map(|host| format!("https://{host}/{path}"));
        Self { project: project.map(str::to_owned), page }
    }
}

/// The host of `user:password@host:port`.
fn host(authority: &str) -> Option<&str> {
    let host = authority.rsplit('@').next().unwrap_or(authority).split(':').next()?;
    host.contains('.').then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_page_and_the_name_and_no_secret() {
        let page = Some("https://example.com/acme/tool");
        for (address, expected) in [
            ("https://example.com/acme/tool.git", page),
            ("https://ada:secret@example.com/acme/tool/", page),
            ("ssh://git@example.com:2222/acme/tool.git", page),
            ("git@example.com:acme/tool.git", page),
            ("git://example.com/acme/tool", page),
            ("/srv/git/tool.git", None),
            ("../tool", None),
            ("file:///srv/git/tool.git", None),
            ("C:\\git\\tool", None),
        ] {
            let told = RemoteAddress::new(address);
            assert_eq!((told.page.as_deref(), told.project.as_deref()), (expected, Some("tool")), "{address}");
        }
        assert_eq!(RemoteAddress::new(""), RemoteAddress::default());
    }
}
