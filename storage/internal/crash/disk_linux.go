package crash

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Disk is a small file system in memory that a test can fill up.
type Disk struct {
	Dir     string
	ballast string
}

// NewDisk returns a new file system in memory (tmpfs), which it mounts in a new directory and
// unmounts when the test ends. size is the value of the mount option size, such as "64m". NewDisk
// skips the test, with the reason, if the mount fails. It fails the test if it cannot make the
// directory, or if the file system is still in use 10 seconds after the end.
//
// Other limits on file sizes do not behave like a full disk.
func NewDisk(tb testing.TB, size string) *Disk {
	tb.Helper()
	dir, err := os.MkdirTemp("", "roster-disk-")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.Remove(dir) })
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0755,size="+size); err != nil {
		tb.Skipf("a file system of its own can be mounted by root alone: %v", err)
	}
	tb.Cleanup(func() {
		err := syscall.Unmount(dir, 0)
		for limit := time.Now().Add(10 * time.Second); err != nil && time.Now().Before(limit); err = syscall.Unmount(dir, 0) {
			time.Sleep(10 * time.Millisecond) // processes that were killed are about to end
		}
		if err != nil {
			_ = syscall.Unmount(dir, syscall.MNT_DETACH)
			tb.Errorf("the disk is still in use: %v", err)
		}
	})
	return &Disk{Dir: dir, ballast: filepath.Join(dir, "ballast")}
}

// Fill writes a file of zeros so that only free bytes of the disk stay free. It writes nothing if
// fewer are free already. A disk that becomes full while Fill writes is no error; other errors fail
// the test. Call Free before the next Fill.
func (d *Disk) Fill(tb testing.TB, free int64) {
	tb.Helper()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(d.Dir, &fs); err != nil {
		tb.Fatal(err)
	}
	room := int64(fs.Bavail)*fs.Bsize - free
	if room <= 0 {
		return
	}
	err := os.WriteFile(d.ballast, make([]byte, room), 0o600)
	if err != nil && !errors.Is(err, syscall.ENOSPC) { // others write as well
		tb.Fatal(err)
	}
}

// Free removes the file that Fill wrote.
func (d *Disk) Free(tb testing.TB) {
	tb.Helper()
	if err := os.Remove(d.ballast); err != nil {
		tb.Fatal(err)
	}
}
