//! The project as a whole: its name, its trunk, and where its pages are.

use crate::domain::BranchName;

/// `[project]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Project {
    /// What documents call the project. `None`: they use the repository's name.
    pub name: Option<String>,
    /// The branch where changes land first. `None`: it is found, from the remote's default branch or the usual names.
    pub trunk: Option<BranchName>,
    /// The git remote that everybody shares. `None`: trunk's upstream, else `origin`, else the only one.
    pub remote: Option<String>,
    /// Where commits, changes and comparisons can be looked at.
    pub links: Links,
}

/// Addresses for links in documents, each absent where nothing declares it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The project's page, without a slash at its end.
    pub url: Option<String>,
    /// With `{commit}`.
    pub(super) commit: Option<String>,
    /// With `{change}`, the number of a pull request, merge request or issue.
    pub(super) change: Option<String>,
    /// With `{from}` and `{to}`.
    pub(super) compare: Option<String>,
}

impl Links {
    /// The forms that the host behind `url` uses. GitLab is known by its name, everything else is taken to use the
    /// forms that GitHub, Gitea and Forgejo share.
    pub fn derived_from(url: &str) -> Self {
        let url = url.trim_end_matches('/').trim_end_matches(".git").to_owned();
        let host = url.split("://").nth(1).unwrap_or(&url).split('/').next().unwrap_or_default();
        let (infix, change) = if host.contains("gitlab") { ("/-", "merge_requests") } else { ("", "pull") };
        Self {
            commit: Some(format!("{url}{infix}/commit/{{commit}}")),
            change: Some(format!("{url}{infix}/{change}/{{change}}")),
            compare: Some(format!("{url}{infix}/compare/{{from}}...{{to}}")),
            url: Some(url),
        }
    }

    /// The page of a commit, given by its full id.
    pub fn commit(&self, commit: &str) -> Option<String> {
        Some(self.commit.as_ref()?.replace("{commit}", commit))
    }

    /// The page of a pull request, merge request or issue, given by its number without `#`.
    pub fn change(&self, number: &str) -> Option<String> {
        Some(self.change.as_ref()?.replace("{change}", number))
    }

    /// The page that compares two tags, branches or commits.
    pub fn compare(&self, from: &str, to: &str) -> Option<String> {
        Some(self.compare.as_ref()?.replace("{from}", from).replace("{to}", to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_links_from_the_projects_page() {
        let github = Links::derived_from("https://github.com/acme/acme.git/");
        assert_eq!(github.commit("abc").unwrap(), "https://github.com/acme/acme/commit/abc");
        assert_eq!(github.change("7").unwrap(), "https://github.com/acme/acme/pull/7");
        let gitlab = Links::derived_from("https://gitlab.example.com/acme/acme");
        assert_eq!(gitlab.compare("v1", "v2").unwrap(), "https://gitlab.example.com/acme/acme/-/compare/v1...v2");
        assert_eq!(Links::default().commit("abc"), None);
    }
}
