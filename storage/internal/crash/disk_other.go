//go:build !linux

package crash

import "testing"

// Disk is a small file system that a test can fill up. It exists on Linux only.
type Disk struct{ Dir string }

// NewDisk always skips the test, because only Linux can mount a file system for a test.
func NewDisk(tb testing.TB, size string) *Disk {
	tb.Helper()
	tb.Skipf("a disk of %s is made on Linux alone", size)
	return nil
}

// Fill is never reached.
func (*Disk) Fill(testing.TB, int64) {}

// Free is never reached.
func (*Disk) Free(testing.TB) {}
