//! The command line as its users meet it: whole runs of the binary in worlds that the tests own, each shown as one
//! snapshot of standard output, standard error and exit code.

mod support;

mod affected;
mod audit;
mod backports;
mod board;
mod bundles;
mod changelogs;
mod check;
mod ci;
mod customers;
mod demo;
mod deploys;
mod documents;
mod feeds;
mod frame;
mod gates;
mod init;
mod lacking;
mod lines;
mod matrix;
mod notes;
mod obstacles;
mod pages;
mod publish;
mod readme;
mod records;
mod redaction;
mod repositories;
mod signing;
mod site;
mod steps;
mod surface;
mod templates;
mod tension;
mod upgrade;
mod way_back;
