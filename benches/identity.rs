//! How well backports are recognised, on hand-labelled histories: `cargo bench --bench identity -- LABELS.tsv CLONE …`.
//!
//! A file of labels has a line per commit of a line, with tabs between its columns: branch, commit, origin, evidence,
//! confidence, note. The origin is the commit on trunk with the same change, several joined by commas, `-` where there is
//! none. Rows that say `?`, of low confidence, and updates of a dependency made separately on both sides (`twin-bump`) are
//! left out. A claim is an origin of high or medium confidence.
//!
//! `--explain` lists every row that was missed or claimed wrongly. The clone is only read; what is found out is kept in a
//! temporary directory, or below the directory that `--cache` names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use twintrack::cache::Cache;
use twintrack::domain::CommitId;
use twintrack::git::Repository;
use twintrack::graph::{Graph, Loader};
use twintrack::history::{Class, Contents, Engine, Evidence, Identities, Trunkward};

/// One labelled commit.
struct Row {
    commit: CommitId,
    origins: Vec<CommitId>,
    note: String,
}

#[derive(Default, Clone)]
struct Score {
    rows: usize,
    with_origin: usize,
    found: usize,
    claims: usize,
    wrong: usize,
    twins: usize,
    /// By evidence: how many claims it took part in, and how many of them were wrong.
    evidence: BTreeMap<Evidence, (usize, usize)>,
}

impl Score {
    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.with_origin += other.with_origin;
        self.found += other.found;
        self.claims += other.claims;
        self.wrong += other.wrong;
        self.twins += other.twins;
        for (evidence, (claims, wrong)) in &other.evidence {
            let sum = self.evidence.entry(*evidence).or_default();
            *sum = (sum.0 + claims, sum.1 + wrong);
        }
    }

    fn line(&self, name: &str) {
        // Of nothing there is no share.
        let share = |part: usize, of: usize| match of {
            0 => "-".to_owned(),
            _ => format!("{:.1} %", 100.0 * part as f64 / of as f64),
        };
        println!(
            "| {name} | {} | {} | {} | {} | {} ({}) |",
            self.rows,
            self.with_origin,
            share(self.found, self.with_origin),
            self.claims,
            self.wrong,
            share(self.wrong, self.claims)
        );
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let is_explained = words.iter().any(|word| word == "--explain");
    words.retain(|word| word != "--explain");
    let temporary = tempfile::tempdir()?;
    let mut kept = temporary.path().to_owned();
    if let Some(at) = words.iter().position(|word| word == "--cache") {
        kept = PathBuf::from(words.get(at + 1).context("`--cache` needs a directory")?);
        words.drain(at..at + 2);
    }
    println!("| branch | rows | with origin | found | claims | wrong |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let mut total = Score::default();
    for pair in words.chunks(2) {
        let [labels, clone] = pair else { anyhow::bail!("each file of labels needs its clone after it") };
        let cache = Cache::below(&kept.join(Path::new(labels).file_stem().unwrap_or_default()));
        for (branch, rows) in read_labels(labels)? {
            let score = judge(Path::new(clone), &cache, &branch, &rows, is_explained)
                .with_context(|| format!("{labels}, branch {branch}"))?;
            let name = Path::new(labels).file_stem().unwrap_or_default().to_string_lossy().into_owned();
            score.line(&format!("{name} {branch}"));
            total.add(&score);
        }
    }
    total.line("all");
    println!("\n| evidence | claims | wrong |\n| --- | --- | --- |");
    for (evidence, (claims, wrong)) in &total.evidence {
        println!("| {evidence} | {claims} | {wrong} |");
    }
    println!("\ntwins told from backports: {}", total.twins);
    Ok(())
}

fn read_labels(path: &str) -> Result<Vec<(String, Vec<Row>)>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    let mut branches: Vec<(String, Vec<Row>)> = Vec::new();
    for line in text.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [branch, commit, origin, _, confidence] = columns[..5] else { continue };
        let note = columns.get(5).unwrap_or(&"").to_string();
        if origin == "?" || confidence == "low" || note.contains("twin-bump") {
            continue;
        }
        let origins = origin.split(',').filter_map(|id| id.trim().parse().ok()).collect();
        let row = Row { commit: commit.parse()?, origins, note };
        match branches.iter_mut().find(|(name, _)| name == branch) {
            Some((_, rows)) => rows.push(row),
            None => branches.push((branch.to_owned(), vec![row])),
        }
    }
    Ok(branches)
}

fn judge(clone: &Path, cache: &Cache, branch: &str, rows: &[Row], is_explained: bool) -> Result<Score> {
    let repository = Repository::open(clone)?;
    let refs = repository.refs(&[])?;
    let commit = |name: &str| {
        let places = ["refs/heads/", "refs/remotes/origin/"];
        let entry = places.iter().find_map(|place| refs.find(&format!("{place}{name}")));
        entry.map(|entry| CommitId::new(entry.target)).with_context(|| format!("no branch `{name}`"))
    };
    let trunk = match repository.head()? {
        twintrack::git::Head::Branch { commit, .. } | twintrack::git::Head::Detached { commit } => commit,
        twintrack::git::Head::Unborn { name } => anyhow::bail!("`{name}` has no commit"),
    };
    let tip = commit(branch)?;
    let loader = Loader { repository: &repository, cache, progress: &|_| () };
    let graph = loader.load(&[trunk, tip])?;
    let trunkward = Trunkward::new(&graph, graph.node(trunk));
    let mut contents = Contents::open(&repository, cache, 2, &|_| ());
    let tip = graph.node(tip).context("the branch is absent")?;
    let identities = Engine::new(&graph, &trunkward, &mut contents).identify(&[tip]);
    Ok(compare(&graph, &identities, rows, is_explained))
}

fn compare(graph: &Graph, identities: &Identities, rows: &[Row], is_explained: bool) -> Score {
    let mut score = Score::default();
    for row in rows {
        let Some(standing) = graph.node(row.commit).and_then(|node| identities.of(node)) else { continue };
        score.rows += 1;
        score.with_origin += usize::from(!row.origins.is_empty());
        score.twins += usize::from(standing.twin.is_some());
        let claimed: Vec<CommitId> = standing.counted().map(|origin| graph.id(origin.node)).collect();
        let is_found = row.origins.first().is_some_and(|origin| claimed.contains(origin));
        score.found += usize::from(is_found);
        score.claims += claimed.len();
        for origin in standing.counted() {
            let is_wrong = !row.origins.contains(&graph.id(origin.node));
            score.wrong += usize::from(is_wrong);
            for evidence in &origin.evidence {
                let sum = score.evidence.entry(*evidence).or_default();
                *sum = (sum.0 + 1, sum.1 + usize::from(is_wrong));
            }
        }
        let is_right = claimed.iter().all(|id| row.origins.contains(id));
        if is_explained && (!is_right || !row.origins.is_empty() && !is_found) {
            explain(
                graph,
                row,
                standing.class,
                &identities.of(standing.node).map_or(Vec::new(), |s| s.origins.clone()),
            );
        }
    }
    score
}

fn explain(graph: &Graph, row: &Row, class: Class, origins: &[twintrack::history::Origin]) {
    let subject = |id: &CommitId| graph.node(*id).map_or("(absent)", |node| graph.subject(node)).to_owned();
    eprintln!("\n{} {} [{class}] {}", row.commit, subject(&row.commit), row.note);
    for origin in &row.origins {
        eprintln!("    label {origin} {}", subject(origin));
    }
    for origin in origins {
        let id = graph.id(origin.node);
        let words: Vec<&str> = origin.evidence.iter().map(|evidence| evidence.as_str()).collect();
        let mark = if row.origins.contains(&id) { "right" } else { "WRONG" };
        let fit = origin.fit.map_or("?", twintrack::history::Fit::as_str);
        eprintln!("    {mark} {id} {} {} {fit}: {}", origin.confidence, words.join(" "), subject(&id));
    }
}
