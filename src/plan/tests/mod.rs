//! Plans applied to real repositories with real remotes, stopped and refused in every way that can be had here.

mod killed;
mod refused;
mod repeated;
mod world;
