//! The lab by itself.
use super::lab::*;
use super::packet::Kind;
use super::probe::*;

#[test]
fn without_rules_everything_passes() {
    let t = std::time::Instant::now();
    let pods: Vec<PodNet> = (0..9)
        .map(|n| {
            PodNet::new(
                &format!("p{n}"),
                &[&format!("10.9.0.{n}"), &format!("fd00::{n}")],
            )
        })
        .collect();
    let lab = Lab::new(&pods).unwrap();
    eprintln!("new {:?}", t.elapsed());
    let mut probes = vec![];
    for a in &pods {
        for b in &pods {
            for v in 0..2 {
                for k in [
                    Kind::Tcp(80),
                    Kind::Udp(80),
                    Kind::Sctp(80),
                    Kind::Tcp(81),
                    Kind::Udp(81),
                    Kind::Sctp(81),
                    Kind::Icmp,
                ] {
                    probes.push(Probe {
                        from: a.addresses[v],
                        to: b.addresses[v],
                        packet: k,
                    });
                }
            }
        }
    }
    for _ in 0..3 {
        let t = std::time::Instant::now();
        let r = lab.probe(&probes).unwrap();
        eprintln!("probe {} {:?}", probes.len(), t.elapsed());
        assert!(r.iter().all(|p| *p));
    }
    let t = std::time::Instant::now();
    lab.forget_connections().unwrap();
    eprintln!("forget {:?}", t.elapsed());
    let t = std::time::Instant::now();
    lab.load_nft("table inet t { chain c { type filter hook forward priority 0; counter; ct state new tcp dport 80 drop; }\n}").unwrap();
    eprintln!("load {:?}", t.elapsed());
    for _ in 0..3 {
        let t = std::time::Instant::now();
        let r = lab.probe(&probes).unwrap();
        eprintln!("probe {} {:?}", probes.len(), t.elapsed());
        for (p, r) in probes.iter().zip(r) {
            assert_eq!(r, p.packet != Kind::Tcp(80), "{p:?}");
        }
        eprintln!("{:?}", lab.counted());
    }
}
