//! What a network plugin writes that hides pods behind their node wherever packets leave the network of
//! pods: as flannel has it.

/// For `nft -f`, with the block of all pods and that of the node.
pub fn nftables(pods: &str, own: &str) -> String {
    format!(
        "table ip plugin {{
    chain postrouting {{
        type nat hook postrouting priority 100;
        meta mark and 0x4000 == 0x4000 return
        ip saddr {own} ip daddr {pods} return
        ip saddr {pods} ip daddr {own} return
        ip saddr != {pods} ip daddr {own} return
        ip saddr {pods} ip daddr != 224.0.0.0/4 masquerade fully-random
        ip saddr != {pods} ip daddr {pods} masquerade fully-random
    }}
}}
"
    )
}

/// For `iptables-restore --noflush`.
pub fn iptables(pods: &str, own: &str) -> String {
    format!(
        "*nat
:FLANNEL-POSTRTG - [0:0]
-A POSTROUTING -j FLANNEL-POSTRTG
-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -j RETURN
-A FLANNEL-POSTRTG -s {own} -d {pods} -j RETURN
-A FLANNEL-POSTRTG -s {pods} -d {own} -j RETURN
-A FLANNEL-POSTRTG ! -s {pods} -d {own} -j RETURN
-A FLANNEL-POSTRTG -s {pods} ! -d 224.0.0.0/4 -j MASQUERADE --random-fully
-A FLANNEL-POSTRTG ! -s {pods} -d {pods} -j MASQUERADE --random-fully
COMMIT
"
    )
}
