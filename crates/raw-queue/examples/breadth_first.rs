//! The shortest way through a maze: the places still to visit wait in a queue.
//!
//! `cargo run -p raw-queue --example breadth_first`

use raw_queue::Queue;

const MAZE: [&[u8]; 7] = [
    b"#########",
    b"#S  #   #",
    b"# # # # #",
    b"# #   # #",
    b"# ##### #",
    b"#       E",
    b"#########",
];

fn find(mark: u8) -> Option<(usize, usize)> {
    MAZE.iter().enumerate().find_map(|(y, row)| Some((row.iter().position(|&c| c == mark)?, y)))
}

fn main() {
    let (Some(start), Some(end)) = (find(b'S'), find(b'E')) else { return };

    // How far each place is from the start, once it is known.
    let mut steps = [[None; 9]; 7];
    steps[start.1][start.0] = Some(0);

    let mut waiting = Queue::from([(start, 0)]);
    while let Some((place, distance)) = waiting.pop() {
        if place == end {
            println!("{distance} steps from {start:?} to {end:?}");
            return;
        }
        let (x, y) = place;
        for (x, y) in [(x + 1, y), (x.wrapping_sub(1), y), (x, y + 1), (x, y.wrapping_sub(1))] {
            let free = MAZE.get(y).and_then(|row| row.get(x)).is_some_and(|&c| c != b'#');
            if free && steps[y][x].is_none() {
                steps[y][x] = Some(distance + 1);
                waiting.push(((x, y), distance + 1));
            }
        }
    }
    println!("there is no way from {start:?} to {end:?}");
}
