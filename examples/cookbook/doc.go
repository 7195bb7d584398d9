// Package cookbook holds the programs of docs/cookbook.md that stand in no other package. Each file
// is one whole example, which the tests run. A test compares the page with the files that it
// quotes.
package cookbook
