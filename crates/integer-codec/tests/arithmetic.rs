//! The arithmetic of `Integer` in its whole range, against big integers.

#![allow(clippy::unwrap_used)]

use integer_codec::Integer;
use num_bigint::BigInt;
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// Values of every length, both signs.
fn any_integer() -> impl Strategy<Value = Integer> {
    (any::<bool>(), any::<u128>(), 0..128u32)
        .prop_map(|(negative, value, shift)| Integer::new(negative, value >> shift))
}

/// Zero, and of both signs: what is small, what is at the ends of a digit of 64 bits, of an `i128`
/// and of the range, and two numbers whose product is 2^129 - 1.
fn corners() -> Vec<Integer> {
    let magnitudes = [
        1,
        2,
        3,
        7,
        10,
        (1 << 43) - 1,
        (1 << 63) - 1,
        1 << 63,
        (1 << 64) - 1,
        1 << 64,
        (1 << 64) + 1,
        (1 << 65) - 1,
        (1 << 86) + (1 << 43) + 1,
        (u64::MAX as u128) << 64,
        (1 << 127) - 1,
        1 << 127,
        (1 << 127) + 1,
        (1 << 127) + (1 << 126),
        u128::MAX - 2,
        u128::MAX - 1,
        u128::MAX,
    ];
    let both = |magnitude| [Integer::new(false, magnitude), Integer::new(true, magnitude)];
    magnitudes.into_iter().flat_map(both).chain([Integer::ZERO]).collect()
}

/// Corners, and what is near them, among the values of every length.
fn corner_or_any() -> impl Strategy<Value = Integer> {
    let near = (prop::sample::select(corners()), -3..=3i8)
        .prop_map(|(corner, step)| corner.saturating_add(step.into()));
    prop_oneof![near, any_integer()]
}

fn big(integer: Integer) -> BigInt {
    let magnitude = BigInt::from(integer.magnitude());
    if integer.is_negative() { -magnitude } else { magnitude }
}

/// The integer that is this big one.
fn exact(big: &BigInt) -> Option<Integer> {
    let magnitude = u128::try_from(big.magnitude()).ok()?;
    Some(Integer::new(*big < BigInt::ZERO, magnitude))
}

/// What a result should be in each way to calculate: checked, wrapping, saturating.
///
/// Wrapping adds or takes the number of values, 2^129 - 1, until the result is in the range.
fn model(big: &BigInt) -> (Option<Integer>, Integer, Integer) {
    if let Some(integer) = exact(big) {
        return (Some(integer), integer, integer);
    }
    let count = (BigInt::from(1) << 129) - 1;
    let residue = ((big % &count) + &count) % &count; // 0..count
    let wrapped = exact(&residue).or_else(|| exact(&(residue - count))).unwrap();
    let end = if *big < BigInt::ZERO { Integer::MIN } else { Integer::MAX };
    (None, wrapped, end)
}

/// One operation in all ways against the true result.
macro_rules! assert_all_ways {
    ($a:ident $operation:literal $b:expr, $true_result:expr;
        $checked:ident $wrapping:ident $saturating:ident $overflowing:ident) => {
        let (a, b) = ($a, $b);
        let (checked, wrapped, saturated) = model(&$true_result);
        assert_eq!(a.$checked(b), checked, "{a} {} {b}", $operation);
        assert_eq!(a.$wrapping(b), wrapped, "{a} {} {b}, wrapping", $operation);
        assert_eq!(a.$saturating(b), saturated, "{a} {} {b}, saturating", $operation);
        let overflowing = a.$overflowing(b);
        assert_eq!(overflowing, (wrapped, checked.is_none()), "{a} {} {b}", $operation);
    };
}

/// Every operation on two integers.
fn check_pair(a: Integer, b: Integer) {
    let (x, y) = (big(a), big(b));
    assert_all_ways!(a "+" b, &x + &y; checked_add wrapping_add saturating_add overflowing_add);
    assert_all_ways!(a "-" b, &x - &y; checked_sub wrapping_sub saturating_sub overflowing_sub);
    assert_all_ways!(a "*" b, &x * &y; checked_mul wrapping_mul saturating_mul overflowing_mul);
    if b == Integer::ZERO {
        assert_eq!((a.checked_div(b), a.checked_rem(b)), (None, None));
    } else {
        let (quotient, remainder) = (exact(&(&x / &y)).unwrap(), exact(&(&x % &y)).unwrap());
        assert_eq!((a.checked_div(b), a / b), (Some(quotient), quotient), "{a} / {b}");
        assert_eq!((a.checked_rem(b), a % b), (Some(remainder), remainder), "{a} % {b}");
        let mut assigned = (a, a);
        assigned.0 /= b;
        assigned.1 %= b;
        assert_eq!(assigned, (quotient, remainder), "{a} /= and %= {b}");
    }
    assert_eq!(a.cmp(&b), x.cmp(&y), "{a} and {b}");
    assert_eq!(a == b, x == y, "{a} and {b}");
}

/// Every operation on one integer.
fn check_one(a: Integer) {
    let x = big(a);
    let zero = BigInt::ZERO;
    assert_eq!((Some(-a), Some(a.wrapping_neg())), (exact(&-&x), exact(&-&x)), "-{a}");
    assert_eq!(Some(a.abs()), exact(&x.magnitude().clone().into()), "{a}");
    assert_eq!(a.signum(), Integer::from(x.cmp(&zero) as i8), "{a}");
    assert_eq!((a.is_negative(), a.is_positive()), (x < zero, x > zero), "{a}");
    assert_eq!((a.to_string(), a.to_string().parse()), (x.to_string(), Ok(a)));
}

fn check_power(a: Integer, exponent: u32) {
    assert_all_ways!(a "to the power of" exponent, big(a).pow(exponent);
        checked_pow wrapping_pow saturating_pow overflowing_pow);
}

/// The largest exponent of the tests: Miri takes long for numbers of thousands of bits.
const MAX_EXPONENT: u32 = if cfg!(miri) { 8 } else { 300 };

proptest! {
    #![proptest_config(config())]

    #[test]
    fn calculates_as_big_integers_do(a in corner_or_any(), b in corner_or_any()) {
        check_pair(a, b);
    }

    #[test]
    fn is_raised_as_big_integers_are(a in corner_or_any(), exponent in 0..=MAX_EXPONENT) {
        check_one(a);
        check_power(a, exponent);
    }
}

/// Each corner with each: nothing here is left to chance.
#[test]
fn corners_calculate_as_big_integers_do() {
    // Miri takes a part of them: 43 by 43 pairs would be minutes.
    let step = if cfg!(miri) { 14 } else { 1 };
    for a in corners().into_iter().step_by(step) {
        for b in corners().into_iter().step_by(step) {
            check_pair(a, b);
        }
        check_one(a);
        for exponent in (0..=5).chain(126..=131).take_while(|&exponent| exponent <= MAX_EXPONENT) {
            check_power(a, exponent);
        }
    }
}

/// The largest exponent, where the result is known without the multiplications.
#[test]
fn powers_of_the_largest_exponent() {
    let [one, two] = [1, 2].map(Integer::from);
    assert_eq!((-one).checked_pow(u32::MAX), Some(-one));
    assert_eq!(Integer::ZERO.checked_pow(u32::MAX), Some(Integer::ZERO));
    assert_eq!((-two).saturating_pow(u32::MAX), Integer::MIN);
    assert_eq!((-two).saturating_pow(u32::MAX - 1), Integer::MAX);
    // 2^129 is 1, so only the rest of the exponent counts.
    let power = Integer::from(1u128 << (u32::MAX % 129));
    assert_eq!(two.overflowing_pow(u32::MAX), (power, true));
}

/// In the words of the standard library, and at the caller's line.
#[test]
#[should_panic(expected = "attempt to calculate the remainder with a divisor of zero")]
fn remainder_by_zero() {
    let _ = Integer::from(1) % Integer::ZERO;
}

#[test]
#[should_panic(expected = "attempt to divide by zero")]
fn quotient_by_zero() {
    let _ = Integer::from(1) / Integer::ZERO;
}
