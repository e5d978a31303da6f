//! What the CNI plugin `portmap` writes for `hostPort`, in both of its modes.

use std::fmt::Write as _;
use std::net::SocketAddr;

/// A port of the node that leads to a pod.
pub type HostPort = (u16, SocketAddr);

/// For `nft -f`. From the pod itself, the source is replaced.
pub fn nftables(ports: &[HostPort]) -> String {
    let mut text = String::from("table ip cni_hostport {\n chain hostports {\n");
    let mut pods = Vec::new();
    for (port, to) in ports {
        writeln!(text, "  tcp dport {port} dnat to {to}").expect("a string takes all");
        pods.push(to.ip());
    }
    text += " }\n chain prerouting {\n  type nat hook prerouting priority -100;\n\
             fib daddr type local jump hostports\n }\n chain output {\n\
             type nat hook output priority -100;\n fib daddr type local jump hostports\n }\n\
             chain masquerading {\n  type nat hook postrouting priority 100;\n";
    pods.dedup();
    for pod in pods {
        writeln!(text, "  ip saddr {pod} ip daddr {pod} masquerade").expect("a string takes all");
        writeln!(text, "  ip saddr 127.0.0.1 ip daddr {pod} masquerade")
            .expect("a string takes all");
    }
    text + " }\n}\n"
}

/// For `iptables-restore --noflush`. From the whole block of the pod's address, as the network plugin
/// gives it, the source is replaced.
pub fn iptables(ports: &[HostPort], block: &str) -> String {
    let mut text = String::from(
        "*nat\n:CNI-HOSTPORT-DNAT - [0:0]\n:CNI-HOSTPORT-SETMARK - [0:0]\n:CNI-HOSTPORT-MASQ - [0:0]\n\
         :CNI-DN-0 - [0:0]\n\
         -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT\n\
         -A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT\n\
         -I POSTROUTING -j CNI-HOSTPORT-MASQ\n\
         -A CNI-HOSTPORT-SETMARK -j MARK --set-xmark 0x2000/0x2000\n\
         -A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE\n\
         -A CNI-HOSTPORT-DNAT -p tcp -j CNI-DN-0\n",
    );
    for (port, to) in ports {
        let chain = "-A CNI-DN-0 -p tcp -m tcp";
        for source in [block, "127.0.0.1"] {
            writeln!(
                text,
                "{chain} --dport {port} -s {source} -j CNI-HOSTPORT-SETMARK"
            )
            .expect("a string takes all");
        }
        writeln!(text, "{chain} --dport {port} -j DNAT --to-destination {to}")
            .expect("a string takes all");
    }
    text + "COMMIT\n"
}
