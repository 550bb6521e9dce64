//! The three levels of x86.

mod avx2;
mod avx512;
mod instructions;
mod ssse3;

pub(crate) use avx2::Avx2;
pub(crate) use avx512::Avx512;
pub(crate) use ssse3::Ssse3;

/// Whether all of these are there: asked of the processor where `std` can, else of the compiler.
macro_rules! has {
    ($($feature:tt)*) => {{
        #[cfg(feature = "std")]
        { true $(&& std::arch::is_x86_feature_detected!($feature))* }
        #[cfg(not(feature = "std"))]
        { true $(&& cfg!(target_feature = $feature))* }
    }};
}
use has;
