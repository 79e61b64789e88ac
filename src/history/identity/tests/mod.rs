mod habits;
mod world;
