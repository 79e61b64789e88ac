//! The templates that ship in the binary, by the names under which a project puts its own in their place.

/// One shipped file.
pub struct Builtin {
    /// Path below the directory of templates.
    pub name: &'static str,
    pub source: &'static str,
}

macro_rules! builtins {
    ($($name:literal),* $(,)?) => {
        &[$(Builtin { name: $name, source: include_str!(concat!("../../../templates/", $name)) }),*]
    };
}

/// In alphabetical order.
pub const BUILTINS: &[Builtin] = builtins![
    "backports.md.hbs",
    "continuous/changelog.md.hbs",
    "continuous/operations.md.hbs",
    "index.md.hbs",
    "navigation.md.hbs",
    "page.css",
    "page.html.hbs",
    "partials/cut.md.hbs",
    "partials/entry.md.hbs",
    "partials/left-out.md.hbs",
    "partials/more.md.hbs",
    "partials/parts.md.hbs",
    "partials/planned.md.hbs",
    "partials/release.md.hbs",
    "partials/sections.md.hbs",
    "versioned/changelog.md.hbs",
    "versioned/extract.md.hbs",
    "versioned/guide.md.hbs",
    "versioned/line.md.hbs",
    "versioned/support.md.hbs",
];

/// Every name that a project can override, in alphabetical order.
pub fn template_names() -> impl Iterator<Item = &'static str> {
    BUILTINS.iter().map(|builtin| builtin.name)
}

/// The shipped text of a template.
pub fn shipped(name: &str) -> Option<&'static str> {
    BUILTINS.iter().find(|builtin| builtin.name == name).map(|builtin| builtin.source)
}

/// Whether the file is a template; the style sheet is taken as it is.
pub fn is_template(name: &str) -> bool {
    name.ends_with(".hbs")
}

/// The name that `{{> name}}` uses for a template of the folder `partials`: without folder and extensions.
pub fn partial_name(name: &str) -> Option<&str> {
    name.strip_prefix("partials/")?.strip_suffix(".md.hbs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_ships() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut found = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        found.sort();
        assert_eq!(found, template_names().collect::<Vec<_>>());
    }
}
