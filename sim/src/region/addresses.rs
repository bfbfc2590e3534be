//! Network addresses that look like those of a region's providers, and the shares of systems.
//! Must not depend on: people and devices.

use crate::engine::RngStream;

/// A provider's block of public IPv4 addresses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    first: u32,
    prefix: u32,
}

impl Block {
    /// Returns the block that starts at the address `first` and shares its leading `prefix` bits.
    pub const fn new(first: [u8; 4], prefix: u32) -> Self {
        Block { first: u32::from_be_bytes(first), prefix }
    }

    /// Returns an address of the block whose last byte is 1 to 254.
    fn address(self, rng: &mut RngStream) -> u32 {
        let networks = 1u64 << (24 - self.prefix);
        self.first | (rng.below(networks) as u32) << 8 | (1 + rng.below(254) as u32)
    }

    /// Returns whether the block holds an address.
    fn holds(self, ip: u32) -> bool {
        ip >> (32 - self.prefix) == self.first >> (32 - self.prefix)
    }

    /// Returns the address that `bits` select among those that end with 1 to 254.
    fn picked(self, bits: u64) -> u32 {
        let network = (bits >> 32) as u32 & ((1 << (24 - self.prefix)) - 1);
        self.first | network << 8 | (1 + (bits & 0xffff) as u32 % 254)
    }
}

/// The shares of Apple's systems in a region: iOS among phones and tablets, macOS among computers.
#[derive(Clone, Copy, Debug)]
pub struct Systems {
    /// The share of iOS, 0 to 1.
    pub iphones: f64,
    /// The share of macOS, 0 to 1.
    pub macs: f64,
}

/// The blocks of the providers of a region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Providers {
    /// Blocks of home lines.
    pub home: &'static [Block],
    /// Blocks of mobile carriers.
    pub mobile: &'static [Block],
}

impl Providers {
    /// Returns an address of a home line.
    pub fn home_ip(&self, rng: &mut RngStream) -> u32 {
        pick(self.home, rng)
    }

    /// Returns an address of a mobile carrier.
    pub fn mobile_ip(&self, rng: &mut RngStream) -> u32 {
        pick(self.mobile, rng)
    }

    /// Returns an address of the provider that gave a home line the address `own`, by `bits`.
    pub fn renumbered(&self, own: u32, bits: u64) -> u32 {
        block_of(self.home, own).picked(bits)
    }

    /// Returns a gateway of the carrier that has the address `own`, by `bits`.
    pub fn gateway(&self, own: u32, bits: u64) -> u32 {
        let number = bits & (GATEWAYS - 1);
        block_of(self.mobile, own).picked((number / 8) << 32 | (number % 8 * 31))
    }
}

/// The gateways of a carrier in a region, a power of two: its customers share them.
const GATEWAYS: u64 = 512;

/// Returns the block of an address, or the first block.
fn block_of(blocks: &[Block], ip: u32) -> Block {
    blocks.iter().copied().find(|block| block.holds(ip)).unwrap_or(blocks[0])
}

fn pick(blocks: &[Block], rng: &mut RngStream) -> u32 {
    blocks[rng.below(blocks.len() as u64) as usize].address(rng)
}

#[cfg(test)]
mod tests {
    use crate::engine::{Purpose, WorldKey};
    use crate::region::preset::PRESET_TABLE;
    use std::net::Ipv4Addr;

    fn is_public(ip: Ipv4Addr) -> bool {
        let shared = ip.octets()[0] == 100 && (64..128).contains(&ip.octets()[1]);
        let special = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast();
        !(special || shared || ip.is_documentation() || ip.octets()[0] == 0 || ip.octets()[0] >= 224)
    }

    #[test]
    fn blocks_are_aligned_and_addresses_public() {
        let mut rng = WorldKey::new(4).rng(0, Purpose::BirthDevices, 0);
        for block in PRESET_TABLE.iter().flat_map(|p| p.home_blocks.iter().chain(p.mobile_blocks)) {
            assert_eq!(block.first & (u32::MAX >> block.prefix), 0, "{block:?}");
            for _ in 0..300 {
                let ip = Ipv4Addr::from(block.address(&mut rng));
                assert!(is_public(ip) && !matches!(ip.octets()[3], 0 | 255), "{ip}");
                assert_eq!(u32::from(ip) >> (32 - block.prefix), block.first >> (32 - block.prefix));
                assert!(block.holds(u32::from(ip)));
                let picked = Ipv4Addr::from(block.picked(rng.next_u64()));
                assert!(block.holds(u32::from(picked)) && !matches!(picked.octets()[3], 0 | 255), "{picked}");
            }
        }
    }
}
