//! Keeps `docs/templates.md` true: it is generated from the view models. After a change,
//! `TWINTRACK_UPDATE=1 cargo test --test templates` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use twintrack::publish::template::{Shape, View, builtin, template_names};
use twintrack::publish::view::{PageView, PickerView, SearchView, roots};

const HEAD: &str = "\
# Templates

<!-- Generated from the view models by `TWINTRACK_UPDATE=1 cargo test --test templates`. -->

Every document is rendered through [handlebars](https://handlebarsjs.com/guide/) templates that ship in the binary. A
project puts its own in their place file by file, in the directory that `templates` under `[publish]` names
(`templates/twintrack` by default), under the same names. They are read from where the configuration is read from:
trunk, whatever is checked out.

```sh
twintrack templates list
twintrack templates show index.md.hbs --fields
twintrack templates eject index.md.hbs     # write it into the project, to be changed there
twintrack templates lint                   # exit 1 where a template of the project cannot be used
```

A page is made from its Markdown document, within `page.html.hbs` and the style sheet `page.css`; raw HTML in a Markdown
template is shown as text.

## What a template may use

- `{{name}}` prints a field, escaped for the format: text from commits can become neither a list, a heading, a table, a
  link nor a tag. `{{{name}}}` is only for the fields marked *ready-made* below.
- `{{#if name}}`, `{{#unless name}}`, `{{#each list}}`, `{{#with group}}`, `{{else}}`, `{{else if name}}`; within a list
  `{{@index}}`, `{{@first}}`, `{{@last}}`; `{{../name}}` for what stands outside of it.
- `(eq a b)`, `ne`, `gt`, `gte`, `lt`, `lte`, `and`, `or`, `not`, `(len list)` within conditions.
- `{{link text url}}` prints a link, or the text alone where there is no address; `{{code text}}` code within a line;
  `{{fence text}}` commands as a block of code; `{{listing text \"  \"}}` lines of any language as one, behind a margin.
- `{{> name}}` puts in the partial `partials/name.md.hbs`, which sees the fields of its place.

A name that a document does not have is an error with its file, line and column, also in a condition, where the engine
alone would take it for false; so is a field of a group that may be absent, where no condition asks for the group first.
Nothing is written then.
";

fn reference() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n## Partials\n\n");
    for name in template_names().filter(|name| name.starts_with("partials/")) {
        let _ = writeln!(page, "- `{name}`: {}", about(name));
    }
    for (name, shape) in roots() {
        let _ = write!(page, "\n## `{name}`\n\nMakes {}.\n\n", about(name));
        add_fields(&mut page, &shape);
    }
    page
}

fn about(name: &str) -> &'static str {
    builtin(name).map_or("", |template| template.about)
}

fn add_fields(page: &mut String, shape: &Shape) {
    for line in shape.lines() {
        let optional = if line.may_be_absent { ", may be absent" } else { "" };
        let about = if line.about.is_empty() { String::new() } else { format!(": {}", line.about) };
        let kind = line.kind.replace("ready-made text", "text, *ready-made*");
        let _ = writeln!(page, "{}- `{}` ({kind}{optional}){about}", "  ".repeat(line.depth), line.name);
    }
}

#[test]
fn the_reference_of_templates_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/templates.md");
    let wanted = reference();
    if std::env::var_os("TWINTRACK_UPDATE").is_some() {
        fs_err::write(&path, &wanted).unwrap();
    }
    let found = fs_err::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, wanted, "run `TWINTRACK_UPDATE=1 cargo test --test templates`");
}

#[test]
fn only_pages_and_what_scripts_read_have_ready_made_text() {
    fn has_markup(shape: &Shape) -> bool {
        match shape {
            Shape::Markup => true,
            Shape::List(item) => has_markup(item),
            Shape::Record(record) => record.fields.values().any(|field| has_markup(&field.shape)),
            _ => false,
        }
    }
    for (name, shape) in roots() {
        let may = [PageView::TEMPLATE, PickerView::TEMPLATE, SearchView::TEMPLATE].contains(&name);
        assert_eq!(has_markup(&shape), may, "{name}");
    }
}
