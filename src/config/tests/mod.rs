//! The whole way from text to value or findings.

mod file_findings;
mod found;
mod patterns_findings;
mod policy_findings;
mod whole;
