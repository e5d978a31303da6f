//! Certificates of random questions agree with trying every answer, and broken ones are refused.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "test code outside a test function"
)]

mod formulas;

use formulas::{Dice, has_answer, small, wide};
use netpolc::prove::certificate::{
    Certificate, Checked, FlawFile, NotUnsat, certify, check, clauses,
};
use netpolc::prove::cnf::Cnf;
use netpolc::prove::formula::Formulas;
use netpolc::prove::query::Question;

fn holds(formulas: &Formulas, question: &Question, expected: bool) -> Option<Certificate> {
    match certify(formulas, question) {
        Ok(certificate) => {
            assert!(!expected, "{} has an answer", question.name);
            let checked = check(&certificate.cnf, &certificate.proof);
            assert!(checked.is_ok(), "{}: {checked:?}", question.name);
            assert_eq!(certificate.cnf, clauses(formulas, question));
            Some(certificate)
        }
        Err(NotUnsat::Satisfiable) => {
            assert!(expected, "{} has no answer", question.name);
            None
        }
        Err(NotUnsat::Unknown) => panic!("{} is not decided", question.name),
    }
}

#[test]
fn certificates_agree_with_trying_every_answer() {
    let mut proven = 0;
    for number in 0..2000 {
        let mut dice = Dice::new(number);
        let (mut formulas, question) = small(&mut dice, number);
        let expected = has_answer(&mut formulas, &question);
        proven += usize::from(holds(&formulas, &question, expected).is_some());
    }
    assert!((400..1600).contains(&proven), "{proven} of 2000 are proven");
}

#[test]
fn wide_variables_are_decided() {
    for number in 0..12 {
        for width in [9, 16, 32, 127, 128] {
            for leave_out in [false, true] {
                let mut dice = Dice::new(number);
                let (formulas, question) = wide(&mut dice, width, leave_out);
                holds(&formulas, &question, leave_out);
            }
        }
    }
}

#[test]
fn equal_questions_give_equal_bytes() {
    for number in 0..50 {
        let [a, b] = [(), ()].map(|()| {
            let (formulas, question) = small(&mut Dice::new(number), number);
            (clauses(&formulas, &question), certify(&formulas, &question))
        });
        assert_eq!(a, b);
    }
}

/// Every assignment of the bits that answers the question can be completed to all clauses, and no
/// other: a question that allows exactly one answer leaves the solver no other.
#[test]
fn clauses_mean_the_question_bit_by_bit() {
    let mut formulas = Formulas::new();
    let x = formulas::variable(&mut formulas, "x", 6);
    for low in 0..64 {
        for high in low..64 {
            let range = formulas.within(x, low, high);
            let not = formulas.not(range);
            for value in [
                low.saturating_sub(1),
                low,
                high,
                (high + 1).min(63),
                (low ^ high) & 63,
            ] {
                let inside = (low..=high).contains(&value);
                let equal = formulas.equals(x, value);
                for (side, expected) in [(range, inside), (not, !inside)] {
                    let parts = vec![("value".into(), equal), ("side".into(), side)];
                    let name = format!("value-{value}-{low}-{high}");
                    holds(&formulas, &Question { name, parts }, expected);
                }
            }
        }
    }
}

#[test]
fn numbers_are_tied_to_symbols() {
    let mut formulas = Formulas::new();
    let port = formulas::variable(&mut formulas, "port", 16);
    let up = formulas::variable(&mut formulas, "up", 1);
    let (eighty, is_up) = (formulas.equals(port, 80), formulas.equals(up, 1));
    let either = formulas.any([eighty, is_up]);
    let parts = vec![("either".to_owned(), either)];
    let name = "ports".to_owned();
    let question = Question { name, parts };
    let text = String::from_utf8(clauses(&formulas, &question)).expect("ASCII");
    let lines: Vec<&str> = text.lines().take(6).collect();
    assert_eq!(
        lines,
        [
            "c ports",
            "c variable port is 1 to 16, least bit first: `port`\\u{a}with a line ; and \\u{1b}[31m",
            "c variable up is 17 to 17, least bit first: `up`\\u{a}with a line ; and \\u{1b}[31m",
            "c part either is -19",
            "p cnf 19 18",
            "-19 0",
        ]
    );
    let cnf = Cnf::new(&formulas, &question);
    assert_eq!(
        cnf.bits_of(port).collect::<Vec<_>>(),
        (1..=16).collect::<Vec<_>>()
    );
    assert!(lines.iter().all(|line| line.is_ascii()));
}

const CNF: &str = "c a square\np cnf 3 5\n1 2 0\n1 -2 0\n-1 2 0\n-1 -2 3 0\n-1 -2 -3 0\n";
const PROOF: &str = "1 0\nd 1 2 0\nd -2 1 0\n2 0\n0\n";

#[test]
fn a_proof_is_followed_step_by_step() {
    let (clauses, steps) = (5, 5);
    let expected = Ok(Checked { clauses, steps });
    assert_eq!(check(CNF.as_bytes(), PROOF.as_bytes()), expected);
}

/// What is wrong with a certificate: the file, the line, and what is said.
fn flaw(cnf: &str, proof: &str) -> (FlawFile, usize, String) {
    let flaw = check(cnf.as_bytes(), proof.as_bytes()).expect_err("a flaw");
    (flaw.file, flaw.line, flaw.message)
}

#[test]
fn broken_proofs_are_refused_where_they_break() {
    let bad = |proof: &str| {
        let (file, line, message) = flaw(CNF, proof);
        assert_eq!(file, FlawFile::Proof);
        (line, message)
    };
    let no_step = |line| {
        (
            line,
            "this clause does not follow from those before it".into(),
        )
    };
    assert_eq!(bad("c nothing follows\n3 0\n"), no_step(2));
    assert_eq!(bad("d 1 2 0\n1 0\n"), no_step(2));
    assert_eq!(bad("1 3 0\nd 2 1 0\n-3 1 0\n"), no_step(3));
    assert_eq!(
        bad("d 1 2 0\nd 1 2 0\n"),
        (2, "deletes a clause that is not there".into())
    );
    assert_eq!(
        bad("1 3 0\n4 0\n"),
        (2, "`4` is of no variable of the clauses".into())
    );
    assert_eq!(bad("1 0 x\n"), (1, "`x` is no literal".into()));
    assert_eq!(
        bad("1 2 3\n"),
        (1, "the last clause does not end with 0".into())
    );
    let short = "the proof ends before it has shown that the clauses contradict each other";
    assert_eq!(bad("d 1 2 0\n"), (1, short.into()));
    assert_eq!(bad(""), (1, short.into()));
}

#[test]
fn broken_clauses_are_refused_where_they_break() {
    let bad = |cnf: &str| {
        let (file, line, message) = flaw(cnf, PROOF);
        assert_eq!(file, FlawFile::Cnf);
        (line, message)
    };
    let count = "5 clauses are announced, 4 are there";
    assert_eq!(bad(&CNF.replace("1 -2 0\n-1 2", "-1 2")), (2, count.into()));
    let much = "2000000000 variables are more than the file can speak of";
    assert_eq!(bad("p cnf 2000000000 1\n1 0\n"), (1, much.into()));
    assert_eq!(
        bad("p cnf 1 1\n-2147483648 0\n").1,
        "`-2147483648` is of no variable of the clauses"
    );
    assert_eq!(
        bad("p cnf 1 1\n99999999999 0\n").1,
        "`99999999999` is no literal"
    );
    assert_eq!(
        bad("p cnf 1 4294967296\n"),
        (
            1,
            "not `p cnf` with a number of variables and one of clauses".into()
        )
    );
    assert_eq!(bad("\n1 0\n").1, "clauses before the line `p cnf …`");
    assert_eq!(bad("").1, "there is no line `p cnf …`");
    assert_eq!(
        bad("p cnf 1 1\np cnf 1 1\n1 0\n"),
        (2, "`p` is no literal".into())
    );
}

/// Whether the numbers of a certificate's clauses can all hold, by trying; few variables only.
fn contradicts(cnf: &str) -> bool {
    let rows: Vec<Vec<i32>> = cnf
        .lines()
        .filter(|line| !line.starts_with(['c', 'p']))
        .map(|line| {
            line.split(' ')
                .filter_map(|word| word.parse().ok())
                .collect()
        })
        .collect();
    let greatest = rows
        .iter()
        .flatten()
        .map(|n| n.unsigned_abs())
        .max()
        .unwrap_or(0);
    !(0..1u32 << greatest).any(|values| {
        let holds = |n: &i32| (values >> (n.unsigned_abs() - 1) & 1 == 1) == (*n > 0);
        rows.iter()
            .all(|row| row.iter().any(|n| *n != 0 && holds(n)))
    })
}

#[test]
fn no_mutation_is_believed_wrongly() {
    let (mut refused, mut tried) = (0, 0);
    for number in 0..400 {
        let mut dice = Dice::new(number);
        let (formulas, question) = small(&mut dice, number);
        let Ok(Certificate { cnf, proof, .. }) = certify(&formulas, &question) else {
            continue;
        };
        let (cnf, proof) = [cnf, proof]
            .map(|text| String::from_utf8(text).expect("ASCII"))
            .into();
        let first = cnf
            .lines()
            .position(|line| line.starts_with('p'))
            .expect("a header")
            + 1;
        let mut lines: Vec<String> = cnf.lines().map(str::to_owned).collect();
        // The first clauses say that each part holds.
        let dropped = first + dice.below(question.parts.len());
        lines.remove(dropped);
        assert_eq!(flaw(&lines.join("\n"), &proof).1, first);
        let words: Vec<&str> = lines[first - 1].split(' ').collect();
        let variables: u32 = words[2].parse().expect("a number");
        if variables > 16 {
            continue;
        }
        lines[first - 1] = format!("p cnf {variables} {}", lines.len() - first);
        let fewer = lines.join("\n");
        tried += 1;
        // Without a clause the proof may still do; never where the rest has an answer.
        let verdict = check(fewer.as_bytes(), proof.as_bytes());
        if !contradicts(&fewer) {
            assert!(verdict.is_err(), "{fewer}\n{proof}");
            refused += 1;
        }
    }
    assert!(refused > 10, "{refused} of {tried}");
}

/// No six numbers below five are all different: a proof that needs its steps.
#[test]
fn dropped_steps_and_changed_literals_are_refused_where_they_count() {
    let mut formulas = Formulas::new();
    let pigeons = ["a", "b", "c", "d", "e", "f"];
    let pigeons = pigeons.map(|symbol| formulas::variable(&mut formulas, symbol, 3));
    let mut parts = Vec::new();
    for (i, &one) in pigeons.iter().enumerate() {
        parts.push((format!("{i}.in"), formulas.within(one, 0, 4)));
        for (j, &other) in pigeons.iter().enumerate().skip(i + 1) {
            for hole in 0..5 {
                let both = [formulas.equals(one, hole), formulas.equals(other, hole)];
                let both = formulas.all(both);
                parts.push((format!("{i}.{j}.{hole}"), formulas.not(both)));
            }
        }
    }
    let name = "pigeons".to_owned();
    let question = Question { name, parts };
    let certificate = holds(&formulas, &question, false).expect("a certificate");
    let proof = String::from_utf8(certificate.proof).expect("ASCII");
    let lines: Vec<&str> = proof.lines().collect();
    let (mut later, mut here) = (0, 0);
    for (at, line) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.starts_with('d'))
    {
        let mut dropped = lines.clone();
        dropped[at] = "c";
        if let Err(flaw) = check(&certificate.cnf, dropped.join("\n").as_bytes()) {
            assert!(flaw.line > at, "line {} for {}", flaw.line, at + 1);
            later += 1;
        }
        let flipped = format!("-{line}").replace("--", "");
        let mut changed = lines.clone();
        changed[at] = &flipped;
        match check(&certificate.cnf, changed.join("\n").as_bytes()) {
            Err(flaw) if flaw.line == at + 1 => here += 1,
            Err(flaw) => assert!(flaw.line > at),
            Ok(_) => {}
        }
    }
    assert!(
        later * 10 > lines.len() && here * 10 > lines.len(),
        "{later} {here} {}",
        lines.len()
    );
}

#[test]
fn no_bytes_break_the_checker() {
    let (formulas, question) = (0..10_000)
        .map(|number| small(&mut Dice::new(number), number))
        .filter(|(formulas, question)| certify(formulas, question).is_ok())
        .max_by_key(|(formulas, question)| {
            certify(formulas, question).map_or(0, |certificate| certificate.proof.len())
        })
        .expect("a question without an answer");
    let certificate = certify(&formulas, &question).expect("a certificate");
    let mut dice = Dice::new(7);
    for _ in 0..3000 {
        let mut texts = [certificate.cnf.clone(), certificate.proof.clone()];
        let text = &mut texts[dice.below(2)];
        for _ in 0..=dice.below(3) {
            let at = dice.below(text.len());
            text[at] = b"0123456789- \ndpc\x00\xff"[dice.below(18)];
        }
        let _ = check(&texts[0], &texts[1]);
    }
}
