//! Whether the tests can run here, and how they say that they cannot.

use super::load::{Iptables, Node, Variant, command};
use super::netns::Netns;
use super::topology;
use std::env;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;

/// What a test needs besides namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Nft,
    Iptables(Variant),
}

/// Why a test cannot run.
#[derive(Clone, Debug)]
pub struct Refused(pub String);

/// Set for the tests that run again, in a user namespace, on behalf of an ordinary user.
const INSIDE: &str = "NETPOLC_KERNEL_INSIDE";

/// Whether the calling test goes on: what it needs is there. Otherwise it has been skipped and one
/// line on standard error says why; or it has run already, in a process of its own that is root
/// in a user namespace, and passed. Panics if it failed there, and where skipping is forbidden.
pub fn available(tools: &[Tool]) -> bool {
    let current = thread::current();
    // The harness names threads after tests, but runs all of them in `main` if told to take one.
    let test = current.name().filter(|name| *name != "main");
    let refused = match (namespaces(), test) {
        (Ok(Privilege::Held), _) => tools.iter().find_map(|&tool| works(tool).err()),
        (Ok(Privilege::InUserNamespace), Some(test)) => {
            run_inside(test);
            return false;
        }
        (Ok(Privilege::InUserNamespace), None) => {
            let reason = "a test of an ordinary user needs more than one of --test-threads";
            Some(Refused(reason.to_owned()))
        }
        (Err(refused), _) => Some(refused),
    };
    if let Some(Refused(reason)) = &refused {
        skip(reason);
    }
    refused.is_none()
}

/// Says that the calling test is skipped, and why. Panics where that is forbidden.
pub fn skip(reason: &str) {
    let required = env::var_os("NETPOLC_REQUIRE_KERNEL").is_some_and(|value| value == "1");
    assert!(!required, "{reason}");
    let current = thread::current();
    let test = current.name().unwrap_or("a test");
    say(&format!("SKIPPED {test}: {reason}"));
}

/// Prints a line that the test harness does not keep to itself, as it does `eprintln`.
fn say(line: &str) {
    let line = format!("{line}\n");
    io::stderr()
        .write_all(line.as_bytes())
        .expect("standard error is open");
}

/// How namespaces are to be had.
#[derive(Clone, Copy)]
enum Privilege {
    /// By this process.
    Held,
    /// By a process that is root in a user namespace of its own.
    InUserNamespace,
}

/// Asks the kernel once.
fn namespaces() -> Result<Privilege, Refused> {
    static ANSWER: OnceLock<Result<Privilege, Refused>> = OnceLock::new();
    ANSWER
        .get_or_init(|| {
            let Err(error) = topology::raw(&[]) else {
                return Ok(Privilege::Held);
            };
            let refused = Refused(format!("no network namespaces: {error}"));
            if env::var_os(INSIDE).is_some() || error.kind() != io::ErrorKind::PermissionDenied {
                return Err(refused);
            }
            let mut trial = user_namespace().ok_or(refused.clone())?;
            let output = trial.arg("true").stdin(Stdio::null()).output();
            match output {
                Ok(output) if output.status.success() => Ok(Privilege::InUserNamespace),
                Ok(output) => {
                    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
                    Err(Refused(format!("no user namespaces: {said}")))
                }
                Err(_) => Err(refused),
            }
        })
        .clone()
}

/// A command that becomes root in a user namespace and a network namespace. A process of several
/// threads, as tests are, cannot do so itself.
fn user_namespace() -> Option<Command> {
    let mut command = Command::new(command("unshare")?);
    command.arg("-rn");
    Some(command)
}

/// Runs the calling test again in a user namespace.
fn run_inside(test: &str) {
    let mut command = user_namespace().expect("it was there before");
    command.arg(env::current_exe().expect("the test's own file"));
    command
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1");
    let output = command.output().expect("it ran before");
    let said = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "in a user namespace:\n{said}");
    let skipped = said.lines().filter(|line| line.starts_with("SKIPPED"));
    skipped.for_each(say);
}

/// Tries a tool once, with all that rulesets ask of the kernel.
fn works(tool: Tool) -> Result<(), Refused> {
    static NFT: OnceLock<Result<(), Refused>> = OnceLock::new();
    static ON_NFT: OnceLock<Result<(), Refused>> = OnceLock::new();
    static LEGACY: OnceLock<Result<(), Refused>> = OnceLock::new();
    let answer = match tool {
        Tool::Nft => &NFT,
        Tool::Iptables(Variant::Nft) => &ON_NFT,
        Tool::Iptables(Variant::Legacy) => &LEGACY,
    };
    let attempt = || {
        let node = Netns::fresh().and_then(Node::new);
        let node = node.map_err(|error| error.to_string())?;
        match tool {
            Tool::Nft => node.load_nft(NFT_TRIAL),
            Tool::Iptables(variant) => node.load_iptables(&Iptables { variant, ..TRIAL }),
        }
    };
    answer
        .get_or_init(|| attempt().map_err(|said| Refused(said.trim().replace('\n', "; "))))
        .clone()
}

const NFT_TRIAL: &str = "table inet trial {
    set s { type ipv4_addr; flags interval; elements = { 192.0.2.0/24 }
    }
    chain c {
        type filter hook forward priority filter; policy accept;
        ct state established,related accept
        sctp dport 1-2 ip saddr @s counter accept comment \"trial\"
    }
}
";

const TRIAL: Iptables<'_> = Iptables {
    variant: Variant::Nft,
    ipset: "create TRIAL-4 hash:net family inet\ncreate TRIAL-6 hash:net family inet6\n",
    v4: "*filter\n:FORWARD ACCEPT [0:0]\n\
         -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN\n\
         -A FORWARD -p sctp -m sctp --dport 1:2 -m set --match-set TRIAL-4 src \
         -m comment --comment \"trial\" -j RETURN\nCOMMIT\n",
    v6: "*filter\n:FORWARD ACCEPT [0:0]\n\
         -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN\n\
         -A FORWARD -p tcp -m tcp --dport 1:2 -m set --match-set TRIAL-6 src \
         -m comment --comment \"trial\" -j RETURN\nCOMMIT\n",
};
