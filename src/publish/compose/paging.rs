//! Long changelogs on several pages. One page holds everything while that can be read; beyond, the first page has the
//! newest items, and further pages together have all of them, so that an anchor on a further page stays where it is.

use indexmap::IndexMap;

use super::inputs::way;
use crate::publish::layout::Place;
use crate::publish::view::LinkView;

/// Entries of a page, past which it ends.
pub const ENTRIES_OF_PAGE: usize = 600;

/// Entries of one release or day that a page shows at most; more are no reading for people, and the command line has
/// them. The first release of an old project may be its whole history.
pub const ENTRIES_OF_ITEM: usize = 2_000;

/// A page: where it stands and which items it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub place: Place,
    /// `None` for the first page.
    pub part: Option<String>,
    pub items: Vec<usize>,
}

/// Pages of items, the first one first; `sizes` are their entries and `parts` the further page of each, both in the order
/// in which they are shown. A further page stands in the folder `folder` under its name.
pub fn pages(main: &Place, folder: impl Fn(&str) -> Place, sizes: &[usize], parts: &[String]) -> Vec<Page> {
    let shown = fitting(sizes);
    let first = Page { place: main.clone(), part: None, items: (0..shown).collect() };
    if shown == sizes.len() {
        return vec![first];
    }
    let mut further: IndexMap<&String, Vec<usize>> = IndexMap::new();
    for (at, part) in parts.iter().enumerate() {
        further.entry(part).or_default().push(at);
    }
    let further = further.into_iter().map(|(part, items)| Page {
        place: folder(part),
        part: Some(part.replace('-', " ")),
        items,
    });
    std::iter::once(first).chain(further).collect()
}

/// From one page to all further ones; none where there is only one page.
pub fn links(from: &Place, pages: &[Page]) -> Vec<LinkView> {
    let further = pages.iter().filter_map(|page| Some((page, page.part.clone()?)));
    further.map(|(page, text)| LinkView { text, url: Some(way(from, &page.place)) }).collect()
}

/// How many items fit on a page, at least one.
pub fn fitting(sizes: &[usize]) -> usize {
    let mut taken = 0;
    let fits = sizes.iter().take_while(|size| {
        let fits = taken < ENTRIES_OF_PAGE;
        taken += **size;
        fits
    });
    fits.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paged(sizes: &[usize], parts: &[&str]) -> Vec<(Option<String>, Vec<usize>)> {
        let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        let main = Place::in_channel("managed", "changelog");
        let pages = pages(&main, |part| Place::in_line("managed", "changelog", part), sizes, &parts);
        pages.into_iter().map(|page| (page.part, page.items)).collect()
    }

    #[test]
    fn what_can_be_read_stands_on_one_page() {
        assert_eq!(paged(&[10, 500, 80], &["2026", "2026", "2025"]), [(None, vec![0, 1, 2])]);
        assert_eq!(paged(&[], &[]), [(None, vec![])]);
    }

    #[test]
    fn the_first_page_has_the_newest_and_the_others_have_all() {
        let further = |name: &str| Some(name.to_owned());
        assert_eq!(
            paged(&[500, 500, 80], &["2026", "2025", "2025"]),
            [(None, vec![0, 1]), (further("2026"), vec![0]), (further("2025"), vec![1, 2])]
        );
    }
}
