//! The name of a table: nft has no way to quote one, so it must not be a word of its grammar.

use std::fmt;

/// How long a name may be, in bytes.
const LONGEST: usize = 32;

/// A name that every nft from 1.0 on takes for a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName(String);

impl TableName {
    /// The name `text`: 1 to 32 bytes of a-z, 0-9 and `_`, beginning with a letter, and no word of nft.
    ///
    /// # Errors
    /// In a user's words, why not.
    pub fn new(text: &str) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.chars().all(plain) {
            return Err(
                "a table's name is made of a-z, 0-9 and `_`, and begins with a letter".to_owned(),
            );
        }
        if text.len() > LONGEST {
            return Err(format!(
                "a table's name has at most {LONGEST} characters, not {}",
                text.len()
            ));
        }
        if WORDS.split(' ').any(|word| word == text) {
            return Err(format!(
                "`{text}` is a word of nft's own; a name with `_` never is, such as `{text}_`"
            ));
        }
        if OTHERS.contains(&text) {
            return Err(format!(
                "`{text}` is what others call theirs, and a table of that name would be replaced"
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Tables of distributions, firewalls and translators: what is in them is not netpolc's to replace.
const OTHERS: [&str; 12] = [
    "filter",
    "firewall",
    "firewalld",
    "fw4",
    "global",
    "kube_proxy",
    "libvirt_network",
    "mangle",
    "nat",
    "raw",
    "security",
    "ufw",
];

impl Default for TableName {
    fn default() -> Self {
        Self("netpolc".to_owned())
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Every word of the scanner of nft 1.0 to 1.1, sorted, also those that only some versions and places
/// refuse.
const WORDS: &str = "\
    abort accept ackseq add addr ah all and arp asconf avgpkt bridge burst bypass bytes cfi \
    cgroup cgroupv2 chain chains check checksum chunk classid code comment comp constant \
    continue count counter counters cpi cpu create csumcov ct cwr daddr data day dccp define \
    dei delete describe destroy device devices direction dnat doff dport drop dscp dst dup \
    dynamic echo ecn ecne element elements eol eq error esp ether event exists expectation \
    expiration expires export exthdr fanout fastopen fib flags flow flowlabel flowtable \
    flowtables flush frag fwd gateway ge geneve get goto gre gretap group gt handle hbh \
    hdrlength heartbeat helper helpers hlen hook hooks hoplimit hour htype ibriport ibrname \
    icmp icmpv6 icmpx id igmp ih iif iifgroup iifname iiftype import in inc include index inet \
    init insert interval ip ip6 ipsec jhash json jump l3proto label last le left length level \
    limit limits list ll log lshift lsrr lt map maps mark masquerade maxseg md5sig memory meta \
    meter meters mh minute missing mod monitor mptcp mrt mss mtu name ne netdev never nexthdr \
    nexthop nftrace nh noop nop not notrack num numgen obriport obrname offload offset oif \
    oifgroup oifname oiftype operation option options or original osf out over packets pcp \
    performance persistent pkttype plen policy port position ppid prefix priority protocol ptr \
    ptype queue quota quotas ra random rate redefine redirect reject rename replace reply reqid \
    reserved reserved2 reset return right rr rshift rt rt0 rt2 rt4 rtclassid rule rules ruleset \
    sack sack0 sack1 sack2 sack3 saddr sctp secmark secmarks second seed seqno sequence set \
    sets shutdown sid size skgid skuid snaplen snat socket spi spnum sport srh ssn ssrr state \
    status stream subtype symhash synproxy synproxys table tables taddr tag tcp th time timeout \
    timestamp to tos tproxy trace transparent tsecr tsn tsval ttl tunnel tunnels type typeof \
    udp udplite undefine until update urgptr used value version vlan vm vmap vni vtag vxlan \
    week wildcard window with wscale xml xor xt zone";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_words() {
        for good in ["netpolc", "n", "kube_policy2", "a_b", "filters", "web"] {
            assert_eq!(
                TableName::new(good).map(|name| name.to_string()),
                Ok(good.to_owned())
            );
        }
        assert_eq!(TableName::default().to_string(), "netpolc");
        for bad in [
            "", "1a", "_a", "A", "a-b", "a b", "a;b", "a\n", "\u{e9}", "a\"", "a{",
        ] {
            assert_eq!(
                TableName::new(bad),
                Err("a table's name is made of a-z, 0-9 and `_`, and begins with a letter".into())
            );
        }
        let long = "a".repeat(33);
        assert_eq!(
            TableName::new(&long),
            Err("a table's name has at most 32 characters, not 33".into())
        );
        assert!(TableName::new(&long[1..]).is_ok());
    }

    #[test]
    fn tables_of_others_are_no_names() {
        assert_eq!(
            TableName::new("filter"),
            Err(
                "`filter` is what others call theirs, and a table of that name would be replaced"
                    .into()
            )
        );
    }

    #[test]
    fn words_of_nft_are_no_names() {
        assert_eq!(
            TableName::new("policy"),
            Err(
                "`policy` is a word of nft's own; a name with `_` never is, such as `policy_`"
                    .into()
            )
        );
        for word in [
            "accept", "inet", "ip6", "table", "vmap", "all", "and", "rt0", "mark",
        ] {
            assert!(TableName::new(word).is_err(), "{word}");
        }
    }

    #[test]
    fn the_words_are_sorted_and_have_no_underscore() {
        let words: Vec<&str> = WORDS.split(' ').collect();
        assert!(words.is_sorted_by(|a, b| a < b));
        assert!(!WORDS.contains('_'));
        assert_eq!(
            (words.first(), words.last()),
            (Some(&"abort"), Some(&"zone"))
        );
    }
}
