//! Which format a file has: its name says it.

/// A format that keys are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    Toml,
    Yaml,
    /// A JSON Schema, or plain JSON; what stands in the file decides.
    Json,
    Env,
    Properties,
    Ini,
    /// Its fenced blocks.
    Markdown,
}

/// Ends of names of files that are made to be copied.
const COPIED: [&str; 8] = ["example", "sample", "dist", "template", "tmpl", "tpl", "default", "defaults"];

impl FileFormat {
    /// The format of the file at a path; `None` where its name says nothing.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let mut rest = name.as_str();
        loop {
            let (stem, extension) = rest.rsplit_once('.').unwrap_or((rest, rest));
            match extension {
                "toml" => return Some(Self::Toml),
                "yaml" | "yml" => return Some(Self::Yaml),
                "json" => return Some(Self::Json),
                "env" => return Some(Self::Env),
                "properties" => return Some(Self::Properties),
                "ini" | "cfg" | "conf" | "cnf" => return Some(Self::Ini),
                "md" | "markdown" | "mdx" => return Some(Self::Markdown),
                // `.env.production` and the like.
                _ if name.starts_with(".env.") || name.starts_with("env.") => return Some(Self::Env),
                _ if COPIED.contains(&extension) && stem != rest && !stem.is_empty() => rest = stem,
                _ => return None,
            }
        }
    }

    /// The format that the language of a fenced block names.
    pub fn of_language(language: &str) -> Option<Self> {
        Some(match language.to_ascii_lowercase().as_str() {
            "toml" => Self::Toml,
            "yaml" | "yml" => Self::Yaml,
            "json" => Self::Json,
            "env" | "dotenv" => Self::Env,
            "properties" => Self::Properties,
            "ini" | "cfg" | "conf" => Self::Ini,
            _ => return None,
        })
    }

    /// A number that stands for the format in the cache.
    pub(in crate::surface) const fn tag(self) -> u8 {
        match self {
            Self::Toml => 1,
            Self::Yaml => 2,
            Self::Json => 3,
            Self::Env => 4,
            Self::Properties => 5,
            Self::Ini => 6,
            Self::Markdown => 7,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_the_format() {
        use FileFormat::*;
        for (path, format) in [
            ("config/default.toml", Some(Toml)),
            ("charts/acme/values.yaml", Some(Yaml)),
            ("make/harbor.yml.tmpl", Some(Yaml)),
            (".env", Some(Env)),
            (".env.example", Some(Env)),
            (".env.production", Some(Env)),
            ("deploy/acme.env.sample", Some(Env)),
            ("custom/conf/app.example.ini", Some(Ini)),
            ("config/server.properties", Some(Properties)),
            ("docs/reference.md", Some(Markdown)),
            ("docs/release.schema.json", Some(Json)),
            ("settings.py", None),
            ("Makefile", None),
            ("example", None),
            ("", None),
        ] {
            assert_eq!(FileFormat::of(path), format, "{path}");
        }
    }
}
