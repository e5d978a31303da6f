//! Two commits of a repository, read through the `git` program; nothing is checked out.
//!
//! Refs and paths come from the command line and names from trees: none of them can be an option of
//! `git`, and none leads outside the commit, for a symbolic link is passed over.

use crate::cli::exit::Failure;
use crate::cli::output;
use crate::endpoint::Problem;
use crate::input::{Input, is_found};
use crate::render::visible;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// One side before it is read.
pub(super) struct Unread {
    pub(super) name: String,
    pub(super) inputs: Vec<Input>,
}

/// What separates two commits: `main..HEAD`, or `main...HEAD` from where the two parted.
const PARTED: &str = "...";
const RANGE: &str = "..";

/// What a path holds in both commits of a range.
pub(super) fn read(range: &str, path: &Path) -> Result<[Unread; 2], Failure> {
    let (base, head, parted) = match (range.split_once(PARTED), range.split_once(RANGE)) {
        (Some((base, head)), _) => (base, head, true),
        (None, Some((base, head))) => (base, head, false),
        (None, None) => {
            return Err(Problem::new(format!("`{range}` is no range of commits"))
                .help("write `--git BASE..HEAD`, such as `--git main..HEAD`")
                .into());
        }
    };
    let or_head =
        |name: &'_ str| -> String { if name.is_empty() { "HEAD" } else { name }.to_owned() };
    let (base, head) = (&*or_head(base), &*or_head(head));
    let (mut old, new) = (commit(base)?, commit(head)?);
    if parted {
        let (_, text) = run(&["merge-base", &old, &new], None, Vec::new())?;
        old = commit(text.trim())?;
    }
    Ok([side(base, &old, path)?, side(head, &new, path)?])
}

/// The commit that a name stands for.
fn commit(name: &str) -> Result<String, Failure> {
    let asked = format!("{name}^{{commit}}");
    let arguments = [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &asked,
    ];
    let (found, text) = run(&arguments, None, Vec::new())?;
    // Older ones repeat `--end-of-options`.
    let id = text.lines().last().unwrap_or_default().trim();
    if !found || id.is_empty() {
        return Err(
            Problem::new(format!("`{name}` is no commit of this repository"))
                .help("name a branch, a tag or a commit; in CI, fetch it first (`fetch-depth: 0`)")
                .into(),
        );
    }
    Ok(id.to_owned())
}

fn side(name: &str, commit: &str, path: &Path) -> Result<Unread, Failure> {
    let listed = output_of(
        &["ls-tree", "-r", "-z", commit, "--"],
        Some(path),
        Vec::new(),
    )?;
    let mut wanted: Vec<(String, String)> = Vec::new();
    for entry in listed.split(|&byte| byte == 0) {
        let entry = String::from_utf8_lossy(entry);
        let Some((fields, file)) = entry.split_once('\t') else {
            continue;
        };
        let mut fields = fields.split(' ');
        let (mode, _, id) = (fields.next(), fields.next(), fields.next());
        let aside = match mode {
            Some("120000") => Some("a symbolic link"),
            Some("160000") => Some("a submodule"),
            _ => None,
        };
        if let Some(what) = aside {
            output::note(&visible(&format!(
                "note: `{name}:{file}` is {what}, and is not read"
            )));
            continue;
        }
        let file_is = Path::new(file);
        if let Some(id) = id.filter(|_| is_found(file_is) || file_is == path) {
            wanted.push((id.to_owned(), format!("{name}:{file}")));
        }
    }
    let ids: String = wanted.iter().flat_map(|(id, _)| [id, "\n"]).collect();
    let blobs = output_of(&["cat-file", "--batch"], None, ids.into_bytes())?;
    let mut rest = blobs.as_slice();
    let mut inputs = Vec::new();
    for (_, name) in wanted {
        let broken = || Problem::new(format!("`git` did not give `{name}`"));
        let (text, more) = blob(rest).ok_or_else(broken)?;
        rest = more;
        inputs.push(Input::Found {
            name: name.as_str().into(),
            text: text.into(),
        });
    }
    Ok(Unread {
        name: format!("{name}:{}", path.display()),
        inputs,
    })
}

/// The next blob: `ID blob SIZE`, its bytes, and the end of the line.
fn blob(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = rest.iter().position(|&byte| byte == b'\n')?;
    let head = std::str::from_utf8(rest.get(..end)?).ok()?;
    let size: usize = head.rsplit(' ').next()?.parse().ok()?;
    let body = rest.get(end + 1..)?;
    Some((body.get(..size)?, body.get(size + 1..)?))
}

fn output_of(arguments: &[&str], path: Option<&Path>, input: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let done = start(arguments, path, input)?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let said = said.lines().next().unwrap_or("it failed").to_owned();
    Err(Problem::new(format!("`git`: {said}")).into())
}

fn run(arguments: &[&str], path: Option<&Path>, input: Vec<u8>) -> Result<(bool, String), Failure> {
    let done = start(arguments, path, input)?;
    let said = String::from_utf8_lossy(&done.stderr);
    if let Some(line) = said
        .lines()
        .find(|line| line.contains("not a git repository"))
    {
        return Err(Problem::new(format!("`git`: {line}")).into());
    }
    Ok((
        done.status.success(),
        String::from_utf8_lossy(&done.stdout).into_owned(),
    ))
}

fn start(
    arguments: &[&str],
    path: Option<&Path>,
    input: Vec<u8>,
) -> Result<std::process::Output, Failure> {
    let cannot = |error| Problem::new(format!("cannot run `git`: {error}"));
    let mut child = Command::new("git")
        .args(arguments)
        .args(
            path.map(Path::as_os_str)
                .into_iter()
                .collect::<Vec<&OsStr>>(),
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(cannot)?;
    let stdin = child.stdin.take();
    // It answers while it is still asked.
    let writer = std::thread::spawn(move || {
        if let Some(mut stdin) = stdin {
            // Where it has ended, its exit says so.
            let _ = stdin.write_all(&input);
        }
    });
    let done = child.wait_with_output().map_err(cannot)?;
    let _ = writer.join();
    Ok(done)
}
