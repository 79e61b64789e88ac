//! Which view model each template renders.

use super::{
    AffectedView, BackportsView, BoardView, BundleView, CarriedView, ConfigurationView, ContinuousChangelogView,
    DeploysView, DeprecationsView, ExtractView, GuideView, IndexView, KnownIssuesView, LineChangelogView,
    MigrationsView, NavigationView, OperationsView, PageView, PickerView, PlotsView, ReleasePageView, ReleasesView,
    RequirementsView, SearchPageView, SearchView, SecurityView, SinceLtsView, SupportView, SurfaceView, TensionView,
    TimelineView, UpgradeView, UpgradesView, UpgradingView, VersionedChangelogView,
};
use crate::publish::template::{Shape, View};

/// Which shape each template renders; partials are checked where they are used.
pub fn roots() -> Vec<(&'static str, Shape)> {
    fn root<V: View>() -> (&'static str, Shape) {
        (V::TEMPLATE, Shape::of::<V>())
    }
    vec![
        root::<ContinuousChangelogView>(),
        root::<OperationsView>(),
        root::<IndexView>(),
        root::<NavigationView>(),
        root::<PageView>(),
        root::<VersionedChangelogView>(),
        root::<LineChangelogView>(),
        root::<SinceLtsView>(),
        root::<ExtractView>(),
        root::<GuideView>(),
        root::<SupportView>(),
        root::<UpgradeView>(),
        root::<BackportsView>(),
        root::<SurfaceView>(),
        root::<AffectedView>(),
        root::<CarriedView>(),
        root::<ConfigurationView>(),
        root::<MigrationsView>(),
        root::<RequirementsView>(),
        root::<ReleasesView>(),
        root::<DeprecationsView>(),
        root::<DeploysView>(),
        root::<KnownIssuesView>(),
        root::<SecurityView>(),
        root::<UpgradesView>(),
        root::<TensionView>(),
        root::<BundleView>(),
        root::<ReleasePageView>(),
        root::<UpgradingView>(),
        root::<SearchPageView>(),
        root::<BoardView>(),
        root::<TimelineView>(),
        root::<PlotsView>(),
        root::<PickerView>(),
        root::<SearchView>(),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::publish::template::{Templates, template_names};

    #[test]
    fn the_shipped_templates_use_only_what_their_view_models_have() {
        if let Err(error) = Templates::new(&BTreeMap::new(), &roots()) {
            panic!("{error}");
        }
    }

    #[test]
    fn every_document_template_has_a_view_model() {
        let roots = roots();
        for name in template_names().filter(|name| name.ends_with(".hbs") && !name.starts_with("partials/")) {
            assert!(roots.iter().any(|(root, _)| *root == name), "{name}");
        }
    }

    #[test]
    fn no_field_has_the_name_of_a_helper() {
        fn names(shape: &Shape, found: &mut Vec<String>) {
            match shape {
                Shape::List(item) => names(item, found),
                Shape::Record(record) => {
                    for (name, field) in &record.fields {
                        found.push(name.clone());
                        names(&field.shape, found);
                    }
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        for (_, shape) in roots() {
            names(&shape, &mut found);
        }
        for helper in ["link", "code", "fence", "len", "lookup", "log", "raw", "if", "with", "each", "not"] {
            assert!(!found.iter().any(|name| name == helper), "{helper}");
        }
    }
}
