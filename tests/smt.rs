//! Another solver, cvc5, decides the questions that are written for it, and agrees.
//!
//! Without cvc5 the tests say so and go on, unless `NETPOLC_REQUIRE_CVC5` is `1`.
#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "test code outside a test function, which says when it cannot test"
)]

mod formulas;

use formulas::{Dice, has_answer, small, wide};
use netpolc::prove::formula::Formulas;
use netpolc::prove::query::Question;
use netpolc::prove::smtlib::{Status, write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Prints the answer to each of the files, one a line, by the solver as a Python module.
const PYTHON: &str = r#"
import cvc5, sys
for name in sys.argv[1:]:
    solver = cvc5.Solver()
    solver.setOption("bitblast", "eager")
    parser = cvc5.InputParser(solver)
    parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, name)
    symbols = parser.getSymbolManager()
    while True:
        command = parser.nextCommand()
        if command.isNull():
            break
        print(command.invoke(solver, symbols), end="")
"#;

/// How to run cvc5 here.
enum Cvc5 {
    Executable,
    Python,
}

impl Cvc5 {
    fn find() -> Option<Self> {
        let runs = |command: &mut Command| command.output().is_ok_and(|o| o.status.success());
        if runs(Command::new("cvc5").arg("--version")) {
            Some(Self::Executable)
        } else if runs(Command::new("python3").args(["-c", "import cvc5; cvc5.InputParser"])) {
            Some(Self::Python)
        } else {
            let required = std::env::var("NETPOLC_REQUIRE_CVC5").is_ok_and(|value| value == "1");
            assert!(
                !required,
                "NETPOLC_REQUIRE_CVC5 is set, and there is no cvc5"
            );
            eprintln!("no cvc5 here: nobody else decides the questions (Debian and PyPI: cvc5)");
            None
        }
    }

    /// The answer to each file.
    fn decide(&self, files: &[PathBuf]) -> Vec<String> {
        let run = |command: &mut Command| {
            let output = command.output().expect("cvc5 runs");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{files:?}: {text}{error}");
            text
        };
        let text: String = match self {
            Self::Executable => files
                .iter()
                .map(|file| run(Command::new("cvc5").arg("--bitblast=eager").arg(file)))
                .collect(),
            Self::Python => run(Command::new("python3").args(["-c", PYTHON]).args(files)),
        };
        text.lines().map(str::to_owned).collect()
    }
}

/// Has cvc5 decide questions whose status is known.
fn decide(directory: &str, questions: &[(Formulas, Question, Status)]) {
    let Some(cvc5) = Cvc5::find() else {
        return;
    };
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(directory);
    std::fs::create_dir_all(&directory).expect("a directory");
    let mut files = Vec::new();
    for (formulas, question, status) in questions {
        let path = directory.join(format!("{}.smt2", question.name));
        let text = written(formulas, question, *status);
        std::fs::write(&path, text).expect("a file");
        files.push(path);
    }
    let answers = cvc5.decide(&files);
    assert_eq!(answers.len(), questions.len(), "{answers:?}");
    for ((file, answer), (_, _, status)) in files.iter().zip(answers).zip(questions) {
        assert_eq!(answer, status.to_string(), "{}", file.display());
    }
}

fn written(formulas: &Formulas, question: &Question, status: Status) -> String {
    let mut text = Vec::new();
    write(formulas, question, status, &mut text).expect("a list of bytes takes all");
    String::from_utf8(text).expect("ASCII")
}

fn status(has_answer: bool) -> Status {
    if has_answer {
        Status::Sat
    } else {
        Status::Unsat
    }
}

#[test]
fn cvc5_agrees_with_trying_every_answer() {
    let questions: Vec<_> = (0..150)
        .map(|number| {
            let (mut formulas, question) = small(&mut Dice::new(number), number);
            let status = status(has_answer(&mut formulas, &question));
            (formulas, question, status)
        })
        .collect();
    let unsat = questions
        .iter()
        .filter(|(_, _, status)| *status == Status::Unsat);
    assert!((30..120).contains(&unsat.count()));
    decide("small", &questions);
}

#[test]
#[cfg(feature = "smt")]
fn cvc5_agrees_on_the_claims_about_the_sample_application() {
    let Some(cvc5) = Cvc5::find() else {
        return;
    };
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("intents");
    if directory.exists() {
        std::fs::remove_dir_all(&directory).expect("an old directory goes");
    }
    let status = Command::new(env!("CARGO_BIN_EXE_netpolc"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/policies"))
        .args([
            "prove",
            "intents/shop-holds.yaml",
            "intents/shop-fails.yaml",
        ])
        .args(["-q", "-f", "shop", "--smt2"])
        .arg(&directory)
        .status();
    assert_eq!(status.expect("the command starts").code(), Some(1));
    let entries = directory.read_dir().expect("questions");
    let mut files: Vec<PathBuf> = entries.map(|it| it.expect("an entry").path()).collect();
    files.sort();
    assert!(files.len() > 20, "{files:?}");
    let answers = cvc5.decide(&files);
    assert_eq!(answers.len(), files.len(), "{answers:?}");
    let mut unsat = 0;
    for (file, answer) in files.iter().zip(answers) {
        let text = std::fs::read_to_string(file).expect("a question");
        let status = format!("(set-info :status {answer})\n");
        assert!(text.contains(&status), "{}: {answer}", file.display());
        unsat += usize::from(answer == "unsat");
    }
    assert!(unsat > 4, "{unsat} of them have no answer");
}

#[test]
fn cvc5_decides_wide_variables() {
    let mut questions = Vec::new();
    for width in [16, 32, 33, 128] {
        for leave_out in [false, true] {
            let (formulas, question) = wide(&mut Dice::new(width.into()), width, leave_out);
            questions.push((formulas, question, status(leave_out)));
        }
    }
    decide("wide", &questions);
}

#[test]
fn a_question_is_written_in_the_words_of_the_language() {
    let mut formulas = Formulas::new();
    let port = formulas::variable(&mut formulas, "port", 16);
    let ip = formulas::variable(&mut formulas, "src.ip", 32);
    let up = formulas::variable(&mut formulas, "up", 1);
    let eighty = formulas.equals(port, 80);
    let (low, high) = (
        formulas.within(port, 0, 1023),
        formulas.within(port, 1024, 65534),
    );
    let (net, host) = (0x0a00_0000, 0xc0a8_0001);
    let (net, host) = (
        formulas.within(ip, net, net + 0xff_ffff),
        formulas.equals(ip, host),
    );
    let some = formulas.within(ip, 5, 9);
    let is_up = formulas.equals(up, 1);
    let not_up = formulas.not(is_up);
    let shared = formulas.all([eighty, net]);
    let not_shared = formulas.not(shared);
    let either = formulas.any([shared, host, not_up]);
    let last = formulas.any([high, some, not_shared]);
    let parts = [("either", either), ("last", last), ("low", low)];
    let parts = parts
        .map(|(symbol, formula)| (symbol.to_owned(), formula))
        .into();
    let name = "words".to_owned();
    let text = written(&formulas, &Question { name, parts }, Status::Unknown);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/prove"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("question", text));
}

#[test]
fn what_is_shared_or_deep_is_written_once() {
    let mut formulas = Formulas::new();
    let bits: Vec<_> = (0..3)
        .map(|bit| formulas::variable(&mut formulas, &format!("bit-{bit}"), 1))
        .collect();
    let mut chain = formulas.equals(bits[0], 1);
    // Written out, the text would double with each of the steps; nested, it would be as deep.
    for step in 0..20_000 {
        let other = formulas.equals(bits[1 + step % 2], 1);
        let both = formulas.all([chain, other]);
        let not = formulas.not(both);
        chain = formulas.any([not, other]);
        chain = formulas.same(chain, other);
    }
    let parts = vec![("chain".to_owned(), chain)];
    let name = "deep".to_owned();
    let text = written(&formulas, &Question { name, parts }, Status::Unknown);
    let length = text.len();
    assert!(
        (20_000 * 50..20_000 * 600).contains(&length),
        "{length} bytes"
    );
    let mut depth = 0_usize;
    for byte in text.bytes() {
        depth = depth + usize::from(byte == b'(') - usize::from(byte == b')');
        assert!(depth < 60);
    }
}
