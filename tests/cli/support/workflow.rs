//! Plays the workflow files of `docs/ci`: their own shell, in their own order, with the checkout that each asks for. Only
//! the step that installs twintrack is left out; the built program is on the path instead.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::{Map, Value};

use super::World;

/// Outputs and other values by name.
pub type Values = BTreeMap<String, String>;

/// How a job went.
#[derive(Debug, Default)]
pub struct Job {
    pub outputs: Values,
    pub summary: String,
    /// Everything that was printed.
    pub log: String,
    /// The exit code of the step that failed, else 0.
    pub code: i32,
    /// Where it was checked out.
    pub directory: String,
}

impl Job {
    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.log);
        self
    }

    #[track_caller]
    pub fn output(&self, name: &str) -> &str {
        self.outputs.get(name).unwrap_or_else(|| panic!("no output `{name}`: {:?}\n{}", self.outputs, self.log))
    }
}

/// A file of `docs/ci`.
pub fn read(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci").join(name);
    let text = fs_err::read_to_string(path).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// Runs a script as CI does, without the identity that other tests have.
fn bash(world: &World, directory: &str, script: &str, variables: &Values, log: &mut String) -> i32 {
    let mut command = world.command("bash", &world.path(directory));
    for role in ["AUTHOR", "COMMITTER"] {
        for part in ["NAME", "EMAIL", "DATE"] {
            command.env_remove(format!("GIT_{role}_{part}"));
        }
    }
    let program = PathBuf::from(env!("CARGO_BIN_EXE_twintrack"));
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let places = std::iter::once(program.parent().unwrap().to_owned()).chain(std::env::split_paths(&inherited));
    command.env("PATH", std::env::join_paths(places).unwrap()).envs(variables);
    let output = command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).output().unwrap();
    for stream in [&output.stdout, &output.stderr] {
        log.push_str(&String::from_utf8_lossy(stream));
    }
    output.status.code().unwrap_or(-1)
}

/// An empty clone of the bare repository `remote.git`, as runners prepare it.
fn prepare(world: &World, directory: &str) {
    fs_err::create_dir_all(world.path(directory)).unwrap();
    world.git(directory, &["init", "--quiet", "--initial-branch=master"]);
    world.git(directory, &["remote", "add", "origin", &remote(world)]);
}

fn remote(world: &World) -> String {
    format!("file://{}", world.path("remote.git").display())
}

/// A workflow of GitHub Actions.
pub struct GitHub<'w> {
    world: &'w World,
    workflow: Value,
    inputs: Values,
    run_id: String,
    done: BTreeMap<String, Job>,
}

impl<'w> GitHub<'w> {
    pub fn new(world: &'w World, name: &str, inputs: &[(&str, &str)], run_id: &str) -> Self {
        let workflow = read(&format!("github-actions/{name}"));
        let on = &workflow["on"];
        let declared = ["workflow_dispatch", "workflow_call"].map(|event| map(&on[event]["inputs"]));
        let mut values: Values =
            declared.iter().flatten().map(|(name, input)| (name.clone(), text(&input["default"]))).collect();
        for (name, value) in inputs {
            assert!(values.contains_key(*name), "no input `{name}`");
            values.insert((*name).to_owned(), (*value).to_owned());
        }
        Self { world, workflow, inputs: values, run_id: run_id.to_owned(), done: BTreeMap::new() }
    }

    /// Runs a job whose needs have run; `None` where its condition says no.
    pub fn run(&mut self, name: &str) -> Option<&Job> {
        let job = self.workflow["jobs"][name].clone();
        assert!(job.is_object(), "no job `{name}`");
        if let Some(condition) = job["if"].as_str()
            && self.value(condition, &BTreeMap::new()) != "true"
        {
            return None;
        }
        let done = self.job(name, &job);
        self.done.insert(name.to_owned(), done);
        self.done.get(name)
    }

    fn job(&self, name: &str, job: &Value) -> Job {
        let mut done = Job { directory: format!("github-{}-{name}", self.run_id), ..Job::default() };
        prepare(self.world, &done.directory);
        let mut steps: BTreeMap<String, Values> = BTreeMap::new();
        for (at, step) in job["steps"].as_array().unwrap().iter().enumerate() {
            if step["uses"].as_str().is_some_and(|action| action.starts_with("actions/checkout@")) {
                self.checkout(&done.directory, &step["with"]);
            }
            let Some(script) = step["run"].as_str() else { continue };
            assert!(!script.contains("${{"), "what people type must not become part of a script: {script}");
            if step["name"] == "Install twintrack" {
                assert!(script.contains("cargo install"));
                continue;
            }
            let file = |kind: &str| format!("{}-{at}.{kind}", done.directory);
            let mut variables = self.variables(&[&self.workflow["env"], &job["env"], &step["env"]], &steps);
            for (variable, kind) in [("GITHUB_OUTPUT", "output"), ("GITHUB_STEP_SUMMARY", "summary")] {
                self.world.write(&file(kind), "");
                variables.insert(variable.to_owned(), self.world.path(&file(kind)).display().to_string());
            }
            variables.insert("GITHUB_RUN_ID".to_owned(), self.run_id.clone());
            variables.insert("GITHUB_BASE_REF".to_owned(), "release/1.2".to_owned());
            done.code = bash(self.world, &done.directory, script, &variables, &mut done.log);
            done.summary.push_str(&self.world.read(&file("summary")));
            let outputs = outputs(&self.world.read(&file("output")));
            steps.insert(step["id"].as_str().unwrap_or_default().to_owned(), outputs);
            if done.code != 0 {
                return done;
            }
        }
        for (name, value) in map(&job["outputs"]) {
            done.outputs.insert(name, self.filled(&text(&value), &steps));
        }
        done
    }

    /// What `actions/checkout` leaves of a run that trunk started.
    fn checkout(&self, directory: &str, with: &Value) {
        let git = |arguments: &[&str]| self.world.git(directory, arguments);
        let sha = self.world.git("remote.git", &["rev-parse", "main"]);
        match text(&with["fetch-depth"]).as_str() {
            "0" => {
                git(&["fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"])
            }
            depth => {
                let depth = if depth.is_empty() { "--depth=1".to_owned() } else { format!("--depth={depth}") };
                git(&["fetch", "--quiet", "--no-tags", &depth, "origin", &format!("+{sha}:refs/remotes/origin/main")])
            }
        };
        git(&["checkout", "--quiet", "--force", "-B", "main", "refs/remotes/origin/main"]);
    }

    fn variables(&self, levels: &[&Value], steps: &BTreeMap<String, Values>) -> Values {
        let all = levels.iter().flat_map(|level| map(level));
        all.map(|(name, value)| (name, self.filled(&text(&value), steps))).collect()
    }

    fn filled(&self, text: &str, steps: &BTreeMap<String, Values>) -> String {
        let expression = Regex::new(r"\$\{\{\s*(.*?)\s*\}\}").unwrap();
        expression.replace_all(text, |found: &regex::Captures<'_>| self.value(&found[1], steps)).into_owned()
    }

    fn value(&self, expression: &str, steps: &BTreeMap<String, Values>) -> String {
        let parts: Vec<&str> = expression.split('.').collect();
        let found = match parts.as_slice() {
            ["inputs", name] => self.inputs.get(*name),
            ["steps", step, "outputs", name] => steps.get(*step).and_then(|outputs| outputs.get(*name)),
            ["needs", job, "outputs", name] => self.done.get(*job).and_then(|job| job.outputs.get(*name)),
            _ => panic!("`{expression}` is not known here"),
        };
        found.cloned().unwrap_or_default()
    }
}

/// The outputs of a step, as GitHub reads them.
pub fn outputs(text: &str) -> Values {
    let mut found = Values::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let single = line.split_once('=');
        match line.split_once("<<") {
            Some((name, delimiter)) if single.is_none_or(|(before, _)| before.len() > name.len()) => {
                let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
                found.insert(name.to_owned(), value.join("\n"));
            }
            _ => {
                let (name, value) = single.unwrap_or_else(|| panic!("no output: {line}"));
                found.insert(name.to_owned(), value.to_owned());
            }
        }
    }
    found
}

/// The jobs of `gitlab-ci.yml` in one pipeline of trunk.
pub struct GitLab<'w> {
    world: &'w World,
    file: Value,
    /// Typed into the form, or handed over by earlier jobs.
    given: Values,
    pipeline: u32,
}

impl<'w> GitLab<'w> {
    pub fn new(world: &'w World, given: &[(&str, &str)], pipeline: u32) -> Self {
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { world, file: read("gitlab-ci.yml"), given, pipeline }
    }

    pub fn run(&mut self, name: &str) -> Job {
        let job = self.file[name].clone();
        assert_eq!(job["extends"], ".twintrack", "no job `{name}`");
        let install = &self.file[".twintrack"]["before_script"];
        assert!(install[0].as_str().unwrap().starts_with("cargo install") && install[1].is_null());
        let mut done = Job { directory: format!("gitlab-{}-{name}", self.pipeline), ..Job::default() };
        let declared = map(&self.file["variables"]).into_iter().chain(map(&job["variables"]));
        let mut variables: Values = declared
            .map(|(name, value)| (name, text(if value.is_object() { &value["value"] } else { &value })))
            .collect();
        let sha = self.world.git("remote.git", &["rev-parse", "main"]);
        self.checkout(&done.directory, &sha, &variables["GIT_DEPTH"]);
        let url = remote(self.world).trim_end_matches(".git").to_owned();
        let predefined = [
            ("CI_COMMIT_SHA", sha),
            ("CI_JOB_ID", format!("{}{}", self.pipeline, name.len())),
            ("CI_PROJECT_URL", url),
            ("CI_SERVER_HOST", "gitlab.example.com".to_owned()),
        ];
        variables.extend(predefined.map(|(name, value)| (name.to_owned(), value)));
        variables.extend(self.given.clone());
        let script: Vec<String> = job["script"].as_array().unwrap().iter().map(text).collect();
        let script = script.join("\n");
        assert!(!script.contains("$[["), "what people type must not become part of a script: {script}");
        done.code = bash(self.world, &done.directory, &script, &variables, &mut done.log);
        if let (Some(report), 0) = (job["artifacts"]["reports"]["dotenv"].as_str(), done.code) {
            done.outputs = outputs(&self.world.read(&format!("{}/{report}", done.directory)));
            self.given.extend(done.outputs.clone());
        }
        done
    }

    /// What a runner leaves: no branch is checked out, and below a depth only the branch of the pipeline is there.
    fn checkout(&self, directory: &str, sha: &str, depth: &str) {
        prepare(self.world, directory);
        let git = |arguments: &[&str]| self.world.git(directory, arguments);
        let own = format!("+{sha}:refs/pipelines/{}", self.pipeline);
        if depth == "0" {
            let all = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
            git(&["fetch", "--quiet", "origin", &own, all[0], all[1]]);
        } else {
            let (depth, branch) = (format!("--depth={depth}"), "+refs/heads/main:refs/remotes/origin/main");
            git(&["fetch", "--quiet", "--no-tags", &depth, "origin", &own, branch]);
        }
        git(&["checkout", "--quiet", "--force", "--detach", sha]);
    }
}
