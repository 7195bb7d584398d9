module github.com/ca74b63c/roster/bench

go 1.26.0

require github.com/ca74b63c/roster v0.0.0

// What is measured is the version that this lies beside.
replace github.com/ca74b63c/roster => ..
