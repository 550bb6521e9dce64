//! Three threads append readings to one vector while a fourth looks at them.
//!
//! `cargo run -p secvec --example readings`

use secvec::SecVec;

/// Which sensor, and what it said.
static READINGS: SecVec<(u16, f32)> = SecVec::new();

fn main() {
    std::thread::scope(|scope| {
        for sensor in 0..3_u16 {
            scope.spawn(move || {
                for hour in 0..24_u16 {
                    READINGS.push((sensor, f32::from(10 * sensor + hour)));
                }
            });
        }
        scope.spawn(|| {
            // Weakly consistent: as many as there are when the iterator gets there.
            println!("so far: {}", READINGS.iter().count());
        });
    });

    let highest = READINGS.iter().map(|(_, value)| value).fold(f32::MIN, f32::max);
    println!("in the end: {}, the highest {highest}", READINGS.len());
    // The last one again, corrected.
    if let Some((sensor, _)) = READINGS.pop() {
        let index = READINGS.push((sensor, 0.0));
        println!("corrected: {:?}", READINGS.get(index));
    }
}
