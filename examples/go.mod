module github.com/ca74b63c/roster/examples

go 1.26.0

require github.com/ca74b63c/roster v0.0.0

// The examples show the version that they lie beside.
replace github.com/ca74b63c/roster => ..
