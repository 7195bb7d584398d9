// Package engine opens storages for the tests of package systemtest, and closes them at the end of
// a test.
package engine
