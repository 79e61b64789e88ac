//! One small race each over ssh and smart HTTP. Where a server is not installed the test says so and passes.

use super::fleet::{Ended, Fleet};
use super::servers::{self, Server};

const CLONES: usize = 2;
const DEPLOYS: usize = 2;

#[test]
fn deploys_are_recorded_over_ssh() {
    smoke("ssh", servers::ssh);
}

#[test]
fn deploys_are_recorded_over_smart_http() {
    smoke("smart HTTP", servers::http);
}

fn smoke(what: &str, serve: impl FnOnce(&Fleet) -> Result<Server, String>) {
    let fleet = Fleet::new();
    let server = match serve(&fleet) {
        Ok(server) => server,
        Err(why) => {
            println!("skipped, nothing serves over {what} here: {why}");
            return;
        }
    };
    super::fleet::run_git(&fleet.remote(), &["config", "http.receivepack", "true"]);
    super::fleet::run_git(&fleet.remote(), &["config", "uploadpack.allowFilter", "true"]);
    for number in 0..CLONES {
        fleet.clone_from(&server.address, &format!("clone-{number}"), number > 0, &server.settings);
    }
    std::thread::scope(|scope| {
        for number in 0..CLONES {
            let fleet = &fleet;
            scope.spawn(move || {
                for deploy in 0..DEPLOYS {
                    let run = format!("run-{number}-{deploy}");
                    let mut command = fleet.twintrack(&format!("clone-{number}"));
                    command.args(["deploy", "record", "-e", "production", "--push", "--format=json"]);
                    // A commit that the shallow clones lack.
                    command.args(["--commit", &fleet.commits[deploy], "--run", &run, "--artifact", &run]);
                    let ended = Ended::from(command.output().unwrap());
                    assert_eq!(ended.code, Some(0), "{run}: {}", ended.stderr);
                }
            });
        }
    });
    assert_eq!(fleet.deploys("production", "Run").len(), CLONES * DEPLOYS);
    fleet.assert_whole();
    println!("{} deploys recorded over {what}", CLONES * DEPLOYS);
}
