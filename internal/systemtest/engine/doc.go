// Package engine opens the storages that the proofs try, and closes them when their test ends. It
// is linked into tests alone; the soak opens its own, because it stops and kills them.
package engine
