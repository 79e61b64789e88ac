//! All documents of a repository: which exist for what is configured, and where they stand.

use super::compose::{self, Inputs, LinePlaces, OfLine};
use super::layout::Place;
use super::parallel;
use super::site::{Draft, Figure, Group, Styling, assemble, shared_style};
use super::template::{RenderError, TemplateError, Templates, View};
use super::view::{BoardView, roots};
use crate::domain::{ChannelKind, Version};
use crate::reports::{ChannelStatus, LineStatus, Upgrade};
use crate::surface::SurfaceKind;

/// Why documents could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error(transparent)]
    Templates(#[from] TemplateError),
    #[error(transparent)]
    Render(#[from] RenderError),
}

impl PublishError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Templates(error) => Some(error.hint()),
            Self::Render(error) if error.is_of_project => {
                Some("what may be absent needs `{{#if …}}` around it; `docs/templates.md` says what may".to_owned())
            }
            Self::Render(_) => None,
        }
    }
}

/// Every document of every channel, each as Markdown and as a page, in the order of their paths, and the style sheet of a
/// site: path within the published tree, and bytes.
pub fn documents(inputs: &Inputs<'_>) -> Result<Vec<(String, Vec<u8>)>, PublishError> {
    let templates = Templates::new(inputs.templates, &roots())?;
    let mut drafts = Drafts { templates: &templates, drafts: Vec::new() };
    drafts.add(Place::index(), Group::Shared, "Overview", &compose::index(inputs))?;
    if inputs.is_site() {
        drafts.draw(Some(&compose::board(inputs, &Place::index())), None)?;
        let place = Place::search();
        drafts.add_page(place.clone(), Group::Shared, "Search", &compose::search_page(inputs, &place))?;
        drafts.draw(Some(&compose::search(inputs, &place)), Some("site/search.js"))?;
    }
    for channel in &inputs.status.channels {
        match channel.kind {
            ChannelKind::Continuous => continuous(inputs, channel, &mut drafts)?,
            ChannelKind::Versioned => versioned(inputs, channel, &mut drafts)?,
        }
    }
    team(inputs, &mut drafts)?;
    let styling = if inputs.is_site() { Styling::Shared } else { Styling::Carried };
    let documents = assemble(&drafts.drafts, &inputs.project(), &templates, styling)?;
    let style = (styling == Styling::Shared).then(|| shared_style(&templates));
    Ok(documents.into_iter().map(|document| (document.path, document.bytes)).chain(style).collect())
}

/// Documents in the making, in the order of the navigation.
struct Drafts<'t> {
    templates: &'t Templates,
    drafts: Vec<Draft>,
}

impl Drafts<'_> {
    fn add<V: View>(&mut self, place: Place, group: Group, label: &str, view: &V) -> Result<(), RenderError> {
        let markdown = self.templates.render(view)?;
        let label = label.to_owned();
        self.drafts.push(Draft { place, group, label, markdown, forms: Draft::BOTH, figure: None });
        Ok(())
    }

    /// A document of the site alone.
    fn add_page<V: View>(&mut self, place: Place, group: Group, label: &str, view: &V) -> Result<(), RenderError> {
        self.add(place, group, label, view)?;
        if let Some(draft) = self.drafts.last_mut() {
            draft.forms = Draft::PAGE;
        }
        Ok(())
    }

    /// Puts a figure into the page of the document that was added last, where there is one.
    fn draw<V: View>(&mut self, view: Option<&V>, script: Option<&'static str>) -> Result<(), RenderError> {
        let html = view.map(|view| self.templates.render(view)).transpose()?.unwrap_or_default();
        if let Some(draft) = self.drafts.last_mut() {
            draft.figure = Some(Figure { html, script });
        }
        Ok(())
    }

    /// A document of several pages, of which the first is offered to readers.
    fn add_pages<V: View>(
        &mut self,
        pages: impl Iterator<Item = (Place, V)>,
        group: &Group,
        label: &str,
    ) -> Result<(), RenderError> {
        for (at, (place, view)) in pages.enumerate() {
            let group = if at == 0 { group.clone() } else { Group::Further(Box::new(group.clone())) };
            self.add(place, group, label, &view)?;
        }
        Ok(())
    }
}

fn continuous(inputs: &Inputs<'_>, channel: &ChannelStatus, drafts: &mut Drafts<'_>) -> Result<(), RenderError> {
    let group = Group::Channel(inputs.channel_title(&channel.name));
    drafts.add_pages(compose::continuous_changelog(inputs, channel), &group, "Changelog")?;
    if inputs.tracks(SurfaceKind::Deprecations) {
        let (live, log) = (inputs.tree.live.get(&channel.name), inputs.tree.deploys.get(&channel.name));
        let place = Place::in_channel(channel.name.as_str(), "deprecations");
        drafts.add(place, group, "Deprecations", &compose::live_deprecations(inputs, channel, live, log))?;
    }
    Ok(())
}

fn versioned(inputs: &Inputs<'_>, channel: &ChannelStatus, drafts: &mut Drafts<'_>) -> Result<(), RenderError> {
    let title = inputs.channel_title(&channel.name);
    let group = Group::Channel(title.clone());
    let place = Place::in_channel(channel.name.as_str(), "changelog");
    let view = compose::all_lines(inputs, channel, &place);
    drafts.add(place, group.clone(), "Changelog", &view)?;
    let place = Place::in_channel(channel.name.as_str(), "support");
    let view = compose::support(inputs, channel, &place);
    drafts.add(place.clone(), group.clone(), "Support", &view)?;
    if inputs.is_site() {
        drafts.draw(compose::timeline(inputs, channel, &place).as_ref(), None)?;
        upgrading(inputs, channel, &group, drafts)?;
    }
    if let Some(notices) = inputs.tree.notices.get(&channel.name) {
        let place = |name: &str| Place::in_channel(channel.name.as_str(), name);
        let view = compose::known_issues(inputs, channel, notices);
        drafts.add(place("known-issues"), group.clone(), "Known issues", &view)?;
        drafts.add(place("security"), group, "Security fixes", &compose::security(inputs, channel, notices))?;
    }
    let places = inputs.line_places(channel);
    for (at, (line, own)) in channel.lines.iter().zip(&places).enumerate() {
        let group = Group::Line { channel: title.clone(), line: line.name.clone() };
        drafts.add_pages(compose::one_line(inputs, channel, line, own), &group, "Changelog")?;
        let view = compose::guide(inputs, channel, at, &places);
        drafts.add(own.guide.clone(), group.clone(), "Operator guide", &view)?;
        let surfaces = inputs.tree.surfaces.get(&channel.name);
        if let Some(surface) = surfaces.and_then(|surfaces| surfaces.get(at)) {
            line_surface(OfLine { inputs, line, surface, places: own }, &group, drafts)?;
        }
        if let Some(view) = compose::since_lts(inputs, channel, line) {
            drafts.add(own.since_lts.clone(), group.clone(), "Since the last LTS", &view)?;
        }
        upgrades(inputs, line, own, &group, drafts)?;
        let view = compose::releases(inputs, line, own);
        drafts.add(own.releases.clone(), group.clone(), "Releases and checksums", &view)?;
        if inputs.is_site() {
            let group = Group::Further(Box::new(group));
            for (place, view) in compose::release_pages(inputs, channel, line, own) {
                drafts.add_page(place, group.clone(), "Release", &view)?;
            }
        }
    }
    Ok(())
}

/// The way from any version to any other, to be chosen.
fn upgrading(
    inputs: &Inputs<'_>,
    channel: &ChannelStatus,
    group: &Group,
    drafts: &mut Drafts<'_>,
) -> Result<(), RenderError> {
    let Some(view) = compose::upgrading(inputs, channel) else { return Ok(()) };
    let place = compose::upgrading_place(channel);
    drafts.add(place.clone(), group.clone(), "Upgrading", &view)?;
    drafts.draw(compose::picker(inputs, channel, &place).as_ref(), Some("site/picker.js"))
}

/// Upgrade notes to a line: which there are, and each.
fn upgrades(
    inputs: &Inputs<'_>,
    line: &LineStatus,
    places: &LinePlaces,
    group: &Group,
    drafts: &mut Drafts<'_>,
) -> Result<(), RenderError> {
    let Some(all) = inputs.upgrades_to(line) else { return Ok(()) };
    let view = compose::upgrades(inputs, line, places, all);
    drafts.add(places.upgrade.clone(), group.clone(), "Upgrade notes", &view)?;
    // Most of what there is to render, where there are many lines.
    let ways: Vec<(&Version, &Upgrade)> =
        all.upgrades.iter().filter_map(|from| Some((&from.from, from.upgrade.as_ref()?))).collect();
    let templates = drafts.templates;
    drafts.drafts.extend(parallel::map(&ways, |(from, upgrade)| {
        let markdown = templates.render(&compose::upgrade(inputs, upgrade))?;
        let group = Group::Further(Box::new(group.clone()));
        let label = "Upgrade notes".to_owned();
        Ok(Draft { place: places.upgrade_from(from), group, label, markdown, forms: Draft::BOTH, figure: None })
    })?);
    Ok(())
}

/// What operators of a line see, a document for each kind that is tracked.
fn line_surface(of: OfLine<'_>, group: &Group, drafts: &mut Drafts<'_>) -> Result<(), RenderError> {
    let (inputs, places) = (of.inputs, of.places);
    if inputs.tracks(SurfaceKind::Configuration) {
        drafts.add(places.configuration.clone(), group.clone(), "Configuration", &compose::configuration(of))?;
    }
    if inputs.tracks(SurfaceKind::Migrations) {
        drafts.add(places.migrations.clone(), group.clone(), "Migrations", &compose::migrations(of))?;
    }
    if inputs.tracks(SurfaceKind::Requirements) {
        drafts.add(places.requirements.clone(), group.clone(), "Requirements", &compose::requirements(of))?;
    }
    if inputs.tracks(SurfaceKind::Deprecations) {
        drafts.add(places.deprecations.clone(), group.clone(), "Deprecations", &compose::line_deprecations(of))?;
    }
    Ok(())
}

/// Documents that the team reads and nobody else.
fn team(inputs: &Inputs<'_>, drafts: &mut Drafts<'_>) -> Result<(), RenderError> {
    let Some(backports) = &inputs.tree.backports else { return Ok(()) };
    for channel in inputs.status.channels.iter().filter(|channel| channel.kind == ChannelKind::Continuous) {
        let several = inputs.config.continuous().count() > 1;
        let label = |what: &str| if several { format!("{what} of {}", channel.name) } else { what.to_owned() };
        let place = inputs.team_place(&channel.name, "operations");
        let view = compose::operations(inputs, channel, &place);
        drafts.add(place, Group::Team, &label("Operations"), &view)?;
        if let Some(log) = inputs.tree.deploys.get(&channel.name) {
            let place = inputs.team_place(&channel.name, "deploys");
            drafts.add(place, Group::Team, &label("Deploys"), &compose::deploys(inputs, channel, log))?;
        }
    }
    let place = Place::in_channel(&inputs.team_folder(), "backports");
    drafts.add(place, Group::Team, "Backports", &compose::backports(inputs, backports))?;
    let Some(site) = &inputs.tree.site else { return Ok(()) };
    drafts.draw(None::<&BoardView>, Some("site/filter.js"))?;
    if let Some(tension) = &site.tension {
        let place = Place::in_channel(&inputs.team_folder(), "tension");
        drafts.add(place, Group::Team, "Tension", &compose::tension(inputs, tension))?;
        drafts.draw(Some(&compose::plots(tension)), None)?;
    }
    Ok(())
}
