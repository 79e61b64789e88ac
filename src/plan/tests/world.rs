//! A repository with a bare remote beside it, and a plan that touches everything: a commit on a line, a tag, a push.

use crate::domain::{CommitId, ObjectId, RefName, TagName};
use crate::git::{FileEdit, FileEdits, Identity, Repository, Signature, TagDraft};
use crate::plan::Plan;
use crate::testing::TestRepo;

pub(super) const LINE: &str = "refs/heads/release/1.8";
pub(super) const TAG: &str = "refs/tags/v1.8.1";

pub(super) struct World {
    pub local: TestRepo,
    pub remote: TestRepo,
    pub tip: CommitId,
}

pub(super) fn name(text: &str) -> RefName {
    RefName::new(text).unwrap()
}

pub(super) fn signature(r: &TestRepo) -> Signature {
    Identity::new("Ada", "ada@example.com").unwrap().at(r.now())
}

impl World {
    /// `release/1.8` with one commit, here and on the remote.
    pub fn new() -> Self {
        let mut local = TestRepo::new();
        let tip = local.commit_file("release/1.8", "one", "VERSION", "1.8.0\n");
        local.commit_file("main", "trunk", "VERSION", "1.9.0\n");
        let remote = TestRepo::bare();
        local.git(&["remote", "add", "origin", remote.path().to_str().unwrap()]);
        local.git(&["push", "--quiet", "origin", "release/1.8", "main"]);
        Self { local, remote, tip }
    }

    pub fn open(&self) -> Repository {
        self.local.open()
    }

    /// Release 1.8.1: a commit that sets the version, the tag of it, and both pushed if `is_pushed`.
    pub fn release(&self, is_pushed: bool) -> Plan {
        self.release_saying(is_pushed, "Release 1.8.1")
    }

    pub fn release_saying(&self, is_pushed: bool, message: &str) -> Plan {
        let repository = self.open();
        let reader = repository.reader().unwrap();
        let mut plan = Plan::new("release 1.8.1");
        let edits: FileEdits = [("VERSION".to_owned(), FileEdit::Write(b"1.8.1\n".to_vec()))].into();
        let signature = signature(&self.local);
        let commit = plan.commit(&reader, self.tip, &edits, &signature, "Release 1.8.1").unwrap();
        plan.set(name(LINE), self.tip, commit, "the release commit");
        let draft = TagDraft {
            name: TagName::new("v1.8.1").unwrap(),
            target: commit.object(),
            tagger: signature,
            message: message.to_owned(),
        };
        plan.tag(&reader, &draft, "the release").unwrap();
        if is_pushed {
            plan.push_planned("origin", &name(LINE), self.tip);
            plan.push_planned("origin", &name(TAG), crate::plan::RefState::Absent);
        }
        plan
    }

    /// A plan that only makes a tag of the line's tip, and pushes it.
    pub fn tag_tip(&self, tag: &str, message: &str) -> Plan {
        let repository = self.open();
        let draft = TagDraft {
            name: TagName::new(tag).unwrap(),
            target: self.tip.object(),
            tagger: signature(&self.local),
            message: message.to_owned(),
        };
        let mut plan = Plan::new(format!("tag {tag}"));
        plan.tag(&repository.reader().unwrap(), &draft, "the release").unwrap();
        plan.push_planned("origin", &draft.name.to_ref(), crate::plan::RefState::Absent);
        plan
    }

    pub fn here(&self, text: &str) -> Option<ObjectId> {
        self.open().ref_target(&name(text)).unwrap()
    }

    pub fn there(&self, text: &str) -> Option<ObjectId> {
        self.remote.open().ref_target(&name(text)).unwrap()
    }

    /// What line and tag hold here, and there.
    pub fn states(&self) -> [(Option<ObjectId>, Option<ObjectId>); 2] {
        [(self.here(LINE), self.here(TAG)), (self.there(LINE), self.there(TAG))]
    }

    /// What they hold before and after a plan.
    pub fn before_and_after(&self, plan: &Plan) -> [(Option<ObjectId>, Option<ObjectId>); 2] {
        let new = |text: &str| plan.refs.iter().find(|planned| planned.name.as_str() == text).unwrap().new.id();
        [(Some(self.tip.object()), None), (new(LINE), new(TAG))]
    }

    /// Whether anything of a run is left.
    pub fn is_tidy(&self) -> bool {
        let common = self.local.path().join(".git");
        let own = std::fs::read_dir(common.join("twintrack")).unwrap();
        let mut names = own.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.all(|name| ["lock", "git", "given-up"].contains(&name.as_str()))
            && self.local.git(&["fsck", "--strict", "--no-dangling"]).is_empty()
    }

    /// A hook of the remote.
    pub fn hook(&self, hook: &str, script: &str) {
        let path = self.remote.path().join("hooks");
        std::fs::create_dir_all(&path).unwrap();
        let path = path.join(hook);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}
