//! Customers on a terminal: those who need to hear of a change first.

use crate::cli::output::{FAINT, GOOD, TITLE, WARNING};
use crate::cli::table::{Cell, Column, Table};
use crate::cli::text;
use crate::reports::{CustomerNews, CustomerState};

/// A table of all customers, and how many are affected.
pub fn view(news: &[CustomerNews], width: usize) -> String {
    let columns = [
        ("customer", Column::Left),
        ("has", Column::Left),
        ("", Column::Left),
        ("fixed in", Column::Left),
        ("contact", Column::Shrinking),
    ];
    let mut table = Table::new(2, &columns);
    for one in news {
        let style = match one.state {
            CustomerState::Affected => WARNING,
            CustomerState::Fixed => GOOD,
            CustomerState::Unknown | CustomerState::NotAffected => FAINT,
        };
        let fixed = match (one.state, &one.fixed_in, &one.customer.version) {
            (CustomerState::Affected, Some(version), _) => version.to_string(),
            (CustomerState::Affected, None, Some(_)) => "no release yet".to_owned(),
            _ => String::new(),
        };
        let has = one.customer.version.clone().or_else(|| one.customer.channel.as_ref().map(ToString::to_string));
        table.row([
            text::one_line(&one.customer.name).as_ref().into(),
            text::one_line(&has.unwrap_or_default()).as_ref().into(),
            Cell::styled(one.state.words(), style),
            fixed.as_str().into(),
            text::one_line(&one.customer.contacts.join(", ")).as_ref().into(),
        ]);
    }
    let affected = news.iter().filter(|one| one.state == CustomerState::Affected).count();
    format!("{TITLE}customers{TITLE:#}  {affected} of {} affected\n{}\n", news.len(), table.render(width))
}
