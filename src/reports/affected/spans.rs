//! Neighbours said in one breath: `1.8.0–1.8.3, 1.9.0`.

/// Neighbouring lines that are wanted as a whole are joined from this many on.
const JOINED: usize = 3;

/// Releases as spans. `lines` come newest first, the releases of each oldest first and with whether they are wanted. A span
/// ends with its line, unless several whole lines make one.
pub fn spans(lines: &[Vec<(String, bool)>]) -> Vec<String> {
    let lines: Vec<&Vec<(String, bool)>> = lines.iter().filter(|line| !line.is_empty()).collect();
    let is_whole = |line: &[(String, bool)]| line.iter().all(|(_, is_wanted)| *is_wanted);
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let whole = lines[at..].iter().take_while(|line| is_whole(line)).count();
        if whole >= JOINED {
            let oldest = lines[at + whole - 1].first().map_or("", |(name, _)| name.as_str());
            let newest = lines[at].last().map_or("", |(name, _)| name.as_str());
            found.push(format!("{oldest}–{newest} (all of {whole} lines)"));
            at += whole;
        } else {
            add_line(&mut found, lines[at]);
            at += 1;
        }
    }
    found
}

fn add_line(found: &mut Vec<String>, releases: &[(String, bool)]) {
    for run in releases.chunk_by(|(_, left), (_, right)| left == right) {
        match run {
            [(only, true)] => found.push(only.clone()),
            [(first, true), .., (last, _)] => found.push(format!("{first}–{last}")),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_joined_and_others_are_not() {
        let line = |text: &str| -> Vec<(String, bool)> {
            text.split_terminator(' ').map(|name| (name.replace('!', ""), name.ends_with('!'))).collect()
        };
        for (lines, shown) in [
            (vec!["1! 2! 3! 4"], "1–3"),
            (vec!["1! 2 3! 4"], "1, 3"),
            (vec!["5! 6", "1! 2!"], "5, 1–2"),
            (vec!["7 8!", "5! 6!", "3!", "", "1! 2!"], "8, 1–6 (all of 3 lines)"),
            (vec!["1 2", ""], ""),
        ] {
            let lines: Vec<_> = lines.into_iter().map(line).collect();
            assert_eq!(spans(&lines).join(", "), shown, "{lines:?}");
        }
    }
}
