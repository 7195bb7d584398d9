// Package engine opens storages for the tests of package systemtest, and closes them at the end of
// a test. The command soak opens its own, because it stops and kills them.
package engine
