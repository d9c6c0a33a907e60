//! Where everything that is chance comes from: one seed.

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        let mut chance = Self(seed ^ 0x6d65_7361_6421_0000);
        chance.next();
        chance
    }

    /// Another source, so that what one part of the play draws does not move the others.
    pub fn fork(&mut self) -> Self {
        Self(self.next())
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = self.0;
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is at least 1.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// From `from` to `to`, both included.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + (self.next() % (to - from + 1) as u64) as i64
    }

    /// Whether something of so many in a million happens.
    pub fn millionth(&mut self, of: u64) -> bool {
        self.next() % 1_000_000 < of
    }

    /// Whether something of so many in a hundred happens.
    pub fn percent(&mut self, of: u64) -> bool {
        self.millionth(of * 10_000)
    }

    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// One of several, each as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, all: &[(u64, T)]) -> T {
        let sum: u64 = all.iter().map(|(weight, _)| weight).sum();
        let mut at = self.next() % sum;
        for (weight, one) in all {
            if at < *weight {
                return *one;
            }
            at -= weight;
        }
        unreachable!("the weights sum up")
    }

    /// Minutes: mostly few, at times many; `usual` in the middle.
    pub fn minutes(&mut self, usual: i64) -> i64 {
        let factor = *self.pick(&[1, 2, 3, 5, 10, 10, 15, 20, 40, 100]);
        1 + usual * factor * self.between(50, 150) / 1_000
    }
}
