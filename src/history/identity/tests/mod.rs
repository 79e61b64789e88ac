mod habits;
mod small;
mod world;
