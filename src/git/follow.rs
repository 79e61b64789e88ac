//! Letting the files of a work tree follow its branch from one commit to another, also where a run was killed half-way
//! through it.
//!
//! The invariant: nothing is lost that stands in neither of the two commits. A file that a killed git had written, or had
//! begun to write, is known by its content; one with anything else in it stays, and so does everything beside it.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use crate::domain::ObjectId;

use super::checkout::Checkout;
use super::command::{GitCommand, GitCommandError, checked, filled, run_holding};

/// The kind of a submodule's entry, of which no file is written.
const SUBMODULE: &str = "160000";

/// What a tree or an index has at a path: mode and object.
type Entry = Option<(String, ObjectId)>;

/// A file that differs between the two commits.
struct Move {
    path: String,
    old: Entry,
    new: Entry,
}

impl Checkout {
    /// Whether the files can follow from one commit's tree to another's without losing anything, untracked files
    /// included. Changes no file, but locks the index meanwhile, so that every git has `held` as its standard input.
    pub fn can_follow(&self, old: ObjectId, new: ObjectId, held: Option<&File>) -> Result<(), GitCommandError> {
        self.read_tree(&["--dry-run"], old, new, held)
    }

    /// Brings index and files from one commit's tree to another's. Doing it again changes nothing. Every git that works at
    /// it has `held` as its standard input.
    pub fn follow(&self, old: ObjectId, new: ObjectId, held: Option<&File>) -> Result<(), GitCommandError> {
        self.read_tree(&[], old, new, held)
    }

    /// The same after a run that was killed at it, which may have left files that the index knows nothing of.
    pub fn finish_following(&self, old: ObjectId, new: ObjectId, held: Option<&File>) -> Result<(), GitCommandError> {
        let Err(error) = self.follow(old, new, held) else { return Ok(()) };
        let moves = self.moves(old, new)?;
        if !self.are_between(&moves)? {
            return Err(error);
        }
        self.force(&moves, held)
    }

    fn read_tree(
        &self,
        more: &[&str],
        old: ObjectId,
        new: ObjectId,
        held: Option<&File>,
    ) -> Result<(), GitCommandError> {
        // The index may hold stale times, and then a clean file passes for a changed one.
        let refresh = GitCommand::in_work_tree(&self.path).args(["update-index", "-q", "--refresh"]);
        run_holding(refresh.to_command(), held).map_err(GitCommandError::Start)?;
        let command = GitCommand::in_work_tree(&self.path).args(["read-tree", "-m", "-u"]).args(more);
        let command = command.args([old.to_string(), new.to_string()]);
        let output = run_holding(command.to_command(), held).map_err(GitCommandError::Start)?;
        checked("read-tree", &output)
    }

    /// What differs between the two.
    fn moves(&self, old: ObjectId, new: ObjectId) -> Result<Vec<Move>, GitCommandError> {
        let command = GitCommand::reading_in(&self.path).args(["diff-tree", "-r", "-z", "--raw", "--no-renames"]);
        let output = command.args([old.to_string(), new.to_string()]).run()?;
        let text = String::from_utf8_lossy(&output);
        let mut parts = text.split('\0');
        let mut moves = Vec::new();
        while let (Some(fields), Some(path)) = (parts.next(), parts.next()) {
            let fields: Vec<&str> = fields.trim_start_matches(':').split(' ').collect();
            let [old_mode, new_mode, old_id, new_id, _] = fields[..] else { continue };
            moves.push(Move { path: path.to_owned(), old: entry(old_mode, old_id), new: entry(new_mode, new_id) });
        }
        Ok(moves)
    }

    /// Whether all that index and work tree have at these paths is of one of the two commits, or the beginning of it.
    fn are_between(&self, moves: &[Move]) -> Result<bool, GitCommandError> {
        let indexed = self.indexed(moves)?;
        for each in moves {
            let found = indexed.get(&each.path).cloned();
            if found != each.old && found != each.new {
                return Ok(false);
            }
            if !self.is_file_between(each)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn indexed(&self, moves: &[Move]) -> Result<BTreeMap<String, (String, ObjectId)>, GitCommandError> {
        let paths = moves.iter().map(|each| each.path.as_str());
        let command = GitCommand::reading_in(&self.path).args(["--literal-pathspecs", "ls-files", "-s", "-z", "--"]);
        let output = command.args(paths).run()?;
        let text = String::from_utf8_lossy(&output);
        let lines = text.split('\0').filter_map(|line| line.split_once('\t'));
        Ok(lines
            .filter_map(|(fields, path)| {
                let (mode, rest) = fields.split_once(' ')?;
                Some((path.to_owned(), entry(mode, rest.split(' ').next()?)?))
            })
            .collect())
    }

    fn is_file_between(&self, each: &Move) -> Result<bool, GitCommandError> {
        let place = self.path.join(&each.path);
        let Ok(metadata) = std::fs::symlink_metadata(&place) else { return Ok(true) };
        let is_submodule = |entry: &Entry| entry.as_ref().is_some_and(|(mode, _)| mode == SUBMODULE);
        if is_submodule(&each.old) || is_submodule(&each.new) {
            return Ok(true);
        }
        if metadata.is_dir() {
            // One side has files below it; those are moves of their own.
            return Ok(each.new.is_none() || each.old.is_none());
        }
        let id = if metadata.is_symlink() { None } else { self.hashed(&each.path)? };
        let is_of = |entry: &Entry| entry.as_ref().is_some_and(|(_, of)| Some(*of) == id);
        Ok(is_of(&each.old) || is_of(&each.new) || self.is_begun(&place, each)?)
    }

    /// The id that git gives the file as it stands, with the conversions of its path.
    fn hashed(&self, path: &str) -> Result<Option<ObjectId>, GitCommandError> {
        let output = GitCommand::reading_in(&self.path).args(["hash-object", "--", path]).run()?;
        Ok(ObjectId::from_hex(output.trim_ascii()))
    }

    /// Whether what stands there is a beginning of what is to be written: a file in the middle of it, or a symbolic link.
    fn is_begun(&self, place: &Path, each: &Move) -> Result<bool, GitCommandError> {
        let stands = match std::fs::read_link(place) {
            Ok(target) => target.into_os_string().into_encoded_bytes(),
            Err(_) => std::fs::read(place).map_err(GitCommandError::Start)?,
        };
        for (_, id) in [&each.new, &each.old].into_iter().flatten() {
            let whole = GitCommand::reading_in(&self.path).args(["cat-file", "blob", &id.to_string()]).run()?;
            if whole.starts_with(&stands) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sets the index to what the new commit has at these paths and writes the files anew.
    fn force(&self, moves: &[Move], held: Option<&File>) -> Result<(), GitCommandError> {
        let line = |each: &Move| match &each.new {
            Some((mode, id)) => format!("{mode} {id}\t{}\0", each.path),
            None => format!("0 {}\t{}\0", "0".repeat(40), each.path),
        };
        let input: String = moves.iter().map(line).collect();
        self.fed(&["update-index", "-z", "--index-info"], &input)?;
        for gone in moves.iter().filter(|each| each.new.is_none()) {
            match std::fs::remove_file(self.path.join(&gone.path)) {
                Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                    return Err(GitCommandError::Start(error));
                }
                // A directory by now, or gone already.
                _ => self.sweep(&gone.path),
            }
        }
        let is_written = |each: &&Move| each.new.as_ref().is_some_and(|(mode, _)| mode != SUBMODULE);
        let written: String = moves.iter().filter(is_written).map(|each| format!("{}\0", each.path)).collect();
        self.fed(&["checkout-index", "-f", "-u", "-q", "-z", "--stdin"], &written)?;
        let refresh = GitCommand::in_work_tree(&self.path).args(["update-index", "-q", "--refresh"]);
        run_holding(refresh.to_command(), held).map(drop).map_err(GitCommandError::Start)
    }

    /// Removes the directories above a removed file that are empty by now, as git does.
    fn sweep(&self, path: &str) {
        let above = Path::new(path).ancestors().skip(1).take_while(|above| !above.as_os_str().is_empty());
        for directory in above {
            if std::fs::remove_dir(self.path.join(directory)).is_err() {
                break;
            }
        }
    }

    /// Runs a git whose standard input is this text.
    fn fed(&self, arguments: &[&str], input: &str) -> Result<(), GitCommandError> {
        let file = filled(input).map_err(GitCommandError::Start)?;
        let command = GitCommand::in_work_tree(&self.path).args(arguments);
        let output = run_holding(command.to_command(), Some(&file)).map_err(GitCommandError::Start)?;
        checked(arguments.first().copied().unwrap_or_default(), &output)
    }
}

fn entry(mode: &str, id: &str) -> Entry {
    let id = ObjectId::from_hex(id.as_bytes())?;
    (mode != "000000").then(|| (mode.to_owned(), id))
}

#[cfg(test)]
mod tests {
    use crate::domain::CommitId;
    use crate::testing::TestRepo;

    #[test]
    fn a_clean_work_tree_follows_and_a_changed_file_holds_it() {
        let mut r = TestRepo::new();
        let one = r.commit_file("main", "one", "a", "1\n");
        r.checkout("main");
        let two = r.commit_file("main", "two", "a", "2\n");
        let checkout = r.open().checkouts().remove(0);
        let (one, two) = (one.object(), two.object());
        checkout.can_follow(one, two, None).unwrap();
        checkout.follow(one, two, None).unwrap();
        checkout.follow(one, two, None).unwrap();
        assert!(!checkout.has_changes().unwrap());
        assert_eq!(std::fs::read_to_string(r.path().join("a")).unwrap(), "2\n");
        r.write("a", "mine\n");
        assert!(checkout.has_changes().unwrap());
        assert!(checkout.can_follow(two, one, None).is_err());
    }

    /// A work tree at `one` whose branch has come to `two`: a file changes, one comes, one goes with its directory.
    fn half_way() -> (TestRepo, CommitId, CommitId) {
        let mut r = TestRepo::new();
        let one =
            r.commit_files("main", "one", &[("a", Some("first\n")), ("gone/b", Some("b\n")), ("kept", Some("k\n"))]);
        r.checkout("main");
        let two = r.commit_files("main", "two", &[("a", Some("second\n")), ("gone/b", None), ("new/c", Some("c\n"))]);
        (r, one, two)
    }

    #[test]
    fn files_that_a_killed_git_wrote_or_began_are_finished() {
        for (a, c, is_gone) in [("second\n", None, false), ("sec", Some("c\n"), true), ("", Some(""), true)] {
            let (r, one, two) = half_way();
            r.write("a", a);
            if let Some(c) = c {
                r.write("new/c", c);
            }
            if is_gone {
                std::fs::remove_file(r.path().join("gone/b")).unwrap();
            }
            let checkout = r.open().checkouts().remove(0);
            checkout.finish_following(one.object(), two.object(), None).unwrap();
            assert_eq!(r.git(&["status", "--porcelain"]), "", "{a:?}");
            assert_eq!(std::fs::read_to_string(r.path().join("a")).unwrap(), "second\n");
            assert!(!r.path().join("gone").exists());
        }
    }

    #[test]
    fn what_is_of_neither_commit_stays_with_all_beside_it() {
        let (r, one, two) = half_way();
        r.write("a", "second\n");
        r.write("new/c", "mine\n");
        let checkout = r.open().checkouts().remove(0);
        assert!(checkout.finish_following(one.object(), two.object(), None).is_err());
        assert_eq!(std::fs::read_to_string(r.path().join("new/c")).unwrap(), "mine\n");
        assert!(r.path().join("gone/b").exists());
    }
}
