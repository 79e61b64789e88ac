//! Patterns that the configuration accepts together. Two patterns that one name would fit equally well are refused there,
//! so the later of such a pair, the one that is less used, is given up here.

use super::layout::FoundChannel;
use crate::config::{Config, Origin};

/// Takes out what the configuration would refuse.
pub(super) fn settle(channels: &mut Vec<FoundChannel>) {
    if is_accepted(channels) {
        return;
    }
    let full = std::mem::take(channels);
    for channel in &full {
        let mut first = FoundChannel::new(channel.name, channel.kind);
        first.environments.clone_from(&channel.environments);
        first.closed.clone_from(&channel.closed);
        (first.versioning, first.first_candidate, first.first_patch) =
            (channel.versioning, channel.first_candidate, channel.first_patch);
        first.line.extend(channel.line.first().cloned());
        first.tag.extend(channel.tag.first().cloned());
        channels.push(first);
    }
    for (at, channel) in full.iter().enumerate() {
        let texts = |list: fn(&mut FoundChannel) -> &mut Vec<String>,
                     from: &[String],
                     skip: usize,
                     to: &mut Vec<FoundChannel>| {
            for text in from.iter().skip(skip) {
                list(&mut to[at]).push(text.clone());
                if !is_accepted(to) {
                    list(&mut to[at]).pop();
                }
            }
        };
        texts(|channel| &mut channel.line, &channel.line, 1, channels);
        texts(|channel| &mut channel.tag, &channel.tag, 1, channels);
        texts(|channel| &mut channel.candidate, &channel.candidate, 0, channels);
        texts(|channel| &mut channel.also_tag, &channel.also_tag, 0, channels);
        for stage in &channel.stage_tags {
            channels[at].stage_tags.push(stage.clone());
            if !is_accepted(channels) {
                channels[at].stage_tags.pop();
            }
        }
    }
}

fn is_accepted(channels: &[FoundChannel]) -> bool {
    channels.is_empty() || Config::read(&text(channels), Origin::Recognised).is_ok()
}

/// The least configuration that says the channels' patterns.
pub(super) fn text(channels: &[FoundChannel]) -> String {
    let mut text = String::from("schema = 1\n");
    for channel in channels {
        text.push_str(&format!("[channels.{}]\nkind = {}\n", channel.name, quoted(channel.kind.as_str())));
        for (key, list) in [
            ("line", &channel.line),
            ("tag", &channel.tag),
            ("candidate", &channel.candidate),
            ("also-tag", &channel.also_tag),
            ("environments", &channel.environments),
        ] {
            let items: Vec<String> = list.iter().map(|item| quoted(item)).collect();
            if !items.is_empty() {
                text.push_str(&format!("{key} = [{}]\n", items.join(", ")));
            }
        }
        for (pattern, stage) in &channel.stage_tags {
            text.push_str(&format!("stage-tags.{} = {}\n", quoted(pattern), quoted(stage.as_str())));
        }
    }
    text
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
