//! Runs a property on random clusters. A failure is told with the smallest cluster that shows it, as
//! YAML that netpolc reads, and with the command that shows it there.

use super::cluster_wide::place_peers;
use super::manifests;
use super::smaller::smaller;
use super::{Choices, Mix, objects};
use netpolc::model::{Cluster, Objects, Policy, Practice};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseError, TestError, TestRunner};
use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, Instant};

/// How long a failing cluster is made smaller.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long its choices are shortened before that.
const SHORTENING: Duration = Duration::from_secs(10);

/// Names a file with the choices that are drawn again, as a failure writes it.
const AGAIN: &str = "NETPOLC_CHOICES";

/// What a property is held against.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    pub(crate) objects: Objects,
    /// A second set of policies for the same inventory.
    pub(crate) others: Option<Vec<Policy>>,
    /// Choices for whatever else a property asks for.
    pub(crate) words: Vec<u16>,
    /// What the network plugin does.
    pub(crate) practice: Practice,
    /// A number that differs from cluster to cluster.
    pub(crate) number: usize,
}

impl Drawn {
    /// A cluster of a mix.
    pub(crate) fn of(mix: Mix, list: &[u16], words: &[u16]) -> Self {
        Self {
            objects: objects(&mut Choices::new(list), mix),
            others: None,
            words: words.to_vec(),
            practice: if mix.plugins {
                super::practice(&mut Choices::new(words))
            } else {
                Practice::default()
            },
            number: list.len(),
        }
    }

    /// What was drawn, joined.
    pub(crate) fn cluster(&self) -> Cluster {
        let mut objects = self.objects.clone();
        place_peers(&mut objects.policies);
        let mut cluster = Cluster::new(objects);
        cluster.practice = self.practice.clone();
        cluster
    }

    /// The same inventory under the second set of policies.
    pub(crate) fn other(&self, cluster: &Cluster) -> Cluster {
        cluster.with_policies(self.others.clone().unwrap_or_default())
    }
}

/// Why a property does not hold.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    said: String,
    commands: Vec<String>,
    files: Vec<(&'static str, String)>,
}

impl Failure {
    /// What is wrong, in words, in one line or more.
    pub(crate) fn new(said: impl Into<String>) -> Self {
        Self {
            said: said.into(),
            commands: Vec::new(),
            files: Vec::new(),
        }
    }

    /// The command that shows it, without `netpolc` and without the file of the cluster.
    #[must_use]
    pub(crate) fn shown_by(mut self, command: impl Into<String>) -> Self {
        self.commands.push(command.into());
        self
    }

    /// A file that the command names.
    #[must_use]
    pub(crate) fn with_file(mut self, name: &'static str, text: String) -> Self {
        self.files.push((name, text));
        self
    }

    /// The failure on a cluster as people read it.
    pub(crate) fn tell(&self, drawn: &Drawn) -> String {
        let place = place();
        let mut files = vec![("cluster.yaml", manifests::file(&drawn.objects))];
        if let Some(others) = &drawn.others {
            files.push(("other.yaml", manifests::policies_file(others)));
        }
        files.extend(self.files.iter().cloned());
        let mut out = format!("{}\n", self.said.trim_end());
        for habit in drawn.practice.own() {
            let _ = writeln!(out, "  {}", drawn.practice.describe(habit));
        }
        let names = files.iter().map(|(name, _)| *name);
        let at = |command: &String| {
            let words = command.split(' ').map(|word| {
                let file = names.clone().find(|name| *name == word);
                file.map_or_else(|| word.to_owned(), |name| shown(&place.join(name)))
            });
            words.collect::<Vec<_>>().join(" ")
        };
        if !self.commands.is_empty() {
            out.push_str("\nshow it:\n");
        }
        for command in &self.commands {
            let cluster = shown(&place.join("cluster.yaml"));
            let _ = writeln!(out, "  netpolc {} -f {cluster}", at(command));
        }
        let _ = std::fs::create_dir_all(&place);
        for (name, text) in &files {
            let path = place.join(name);
            let _ = std::fs::write(&path, text);
            let _ = write!(out, "\n{}:\n{text}", shown(&path));
        }
        out
    }
}

/// A directory for the files of a failing test.
fn place() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(test().replace("::", "-"))
}

/// The name of the test that runs.
fn test() -> String {
    std::thread::current().name().unwrap_or("test").to_owned()
}

/// A path from the root of the package, where it is below it.
fn shown(path: &Path) -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
}

/// What comes of a property on one cluster.
pub(crate) type Checked = Result<(), Failure>;

/// As many clusters as are asked for with `NETPOLC_CLUSTERS`, which counts those of a test that draws
/// `fastest` of them; `usual` where nothing is asked for.
pub(crate) fn clusters(usual: u32, fastest: u32) -> u32 {
    let asked = std::env::var("NETPOLC_CLUSTERS").ok();
    let asked: Option<u32> = asked.and_then(|text| text.parse().ok());
    asked.map_or(usual, |asked| (asked / (fastest / usual)).max(1))
}

/// The numbers that clusters are drawn with: by `PROPTEST_RNG_SEED`, each test others, and new ones
/// where clusters are asked for with `NETPOLC_CLUSTERS`.
fn seed() -> RngSeed {
    match ProptestConfig::default().rng_seed {
        RngSeed::Fixed(seed) if std::env::var_os("NETPOLC_CLUSTERS").is_none() => {
            let of_test = |sum: u64, byte: u8| sum.wrapping_mul(31).wrapping_add(byte.into());
            RngSeed::Fixed(test().bytes().fold(seed, of_test))
        }
        RngSeed::Fixed(_) | RngSeed::Random => RngSeed::Random,
    }
}

/// Holds a property against random clusters; panics with the smallest one of which it does not hold.
pub(crate) fn on_clusters(
    clusters: u32,
    draw: impl Fn(&[u16], &[u16]) -> Drawn,
    check: impl Fn(&Drawn) -> Checked,
) {
    if let Ok(file) = std::env::var(AGAIN) {
        let again = std::fs::read_to_string(file).expect("a file with choices");
        let (list, words) = again.split_once('/').unwrap_or((&again, ""));
        let drawn = draw(&numbers(list), &numbers(words));
        if let Err(failure) = caught(&check, &drawn) {
            fail(failure.tell(&drawn));
        }
    } else if let Some((list, words)) = first_failure(clusters, SHORTENING, &draw, &check) {
        let drawn = draw(&list, &words);
        let failure = caught(&check, &drawn).expect_err("what failed fails again");
        let (drawn, failure) = smallest(drawn, failure, &check);
        let told = failure.tell(&drawn);
        let (file, test) = (place().join("choices"), test());
        let _ = std::fs::write(&file, format!("{} / {}", words_of(&list), words_of(&words)));
        fail(format!(
            "{told}\nthe same choices again: {AGAIN}={} cargo test --test {} {test}\n",
            shown(&file),
            env!("CARGO_CRATE_NAME"),
        ));
    }
}

/// Fails with a text alone: no place in this file tells anything, nor does a backtrace.
fn fail(text: String) {
    eprintln!("{text}");
    resume_unwind(Box::new(text));
}

/// Whether some random cluster shows that a property does not hold.
pub(crate) fn is_found_out(
    clusters: u32,
    draw: impl Fn(&[u16], &[u16]) -> Drawn,
    check: impl Fn(&Drawn) -> Checked,
) -> bool {
    first_failure(clusters, Duration::ZERO, &draw, &check).is_some()
}

/// The choices of a cluster of which a property does not hold, shortened for a while.
fn first_failure(
    clusters: u32,
    patience: Duration,
    draw: &impl Fn(&[u16], &[u16]) -> Drawn,
    check: &impl Fn(&Drawn) -> Checked,
) -> Option<(Vec<u16>, Vec<u16>)> {
    let config = ProptestConfig {
        cases: clusters,
        failure_persistence: None,
        max_shrink_iters: u32::MAX - 1,
        rng_seed: seed(),
        ..ProptestConfig::default()
    };
    let choices = || vec(any::<u16>(), 0..400);
    let failed = Cell::new(None);
    let tried = TestRunner::new(config).run(&(choices(), choices()), |(list, words)| {
        if failed
            .get()
            .is_some_and(|at: Instant| at.elapsed() > patience)
        {
            return Ok(());
        }
        caught(check, &draw(&list, &words)).map_err(|failure| {
            failed.set(failed.get().or_else(|| Some(Instant::now())));
            TestCaseError::fail(failure.said)
        })
    });
    match tried {
        Ok(()) => None,
        Err(TestError::Fail(_, choices)) => Some(choices),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

thread_local! {
    /// What a panic said, while a property is held against a cluster.
    static PANICKED: RefCell<Option<String>> = const { RefCell::new(None) };
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Panics of properties are told once, of the smallest cluster, and not on the way there.
fn hear_panics() {
    static HEARD: Once = Once::new();
    HEARD.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if CATCHING.get() {
                PANICKED.set(Some(info.to_string()));
            } else {
                usual(info);
            }
        }));
    });
}

/// What comes of a property; a panic is a failure, too.
fn caught(check: &impl Fn(&Drawn) -> Checked, drawn: &Drawn) -> Checked {
    hear_panics();
    CATCHING.set(true);
    let checked = catch_unwind(AssertUnwindSafe(|| check(drawn)));
    CATCHING.set(false);
    checked.unwrap_or_else(|_| Err(Failure::new(PANICKED.take().unwrap_or_default())))
}

/// The smallest cluster on the way down from one that fails, where each step still fails.
fn smallest(
    mut drawn: Drawn,
    mut failure: Failure,
    check: &impl Fn(&Drawn) -> Checked,
) -> (Drawn, Failure) {
    let started = Instant::now();
    'smaller: loop {
        for less in smaller(&drawn) {
            if started.elapsed() > PATIENCE {
                return (drawn, failure);
            }
            if let Err(still) = caught(check, &less) {
                (drawn, failure) = (less, still);
                continue 'smaller;
            }
        }
        return (drawn, failure);
    }
}

fn words_of(list: &[u16]) -> String {
    let list: Vec<String> = list.iter().map(ToString::to_string).collect();
    list.join(" ")
}

fn numbers(text: &str) -> Vec<u16> {
    let words = text.split_whitespace();
    words.map(|it| it.parse().expect("a number")).collect()
}
