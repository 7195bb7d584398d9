package sqlitestore

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"unsafe"

	"github.com/ca74b63c/roster/storage/internal/sample"
)

// events lists what happened to which file of a directory since it was watched.
func events(t *testing.T, fd int) map[string]uint32 {
	t.Helper()
	seen := make(map[string]uint32)
	buf := make([]byte, 1<<16)
	n, err := syscall.Read(fd, buf)
	must(t, err)
	for buf = buf[:n]; len(buf) > 0; {
		event := (*syscall.InotifyEvent)(unsafe.Pointer(&buf[0]))
		end := syscall.SizeofInotifyEvent + int(event.Len)
		seen[string(bytes.TrimRight(buf[syscall.SizeofInotifyEvent:end], "\x00"))] |= event.Mask
		buf = buf[end:]
	}
	return seen
}

// TestFilesArePrivate: the files have mode 0600 from the moment they are made, whatever the umask
// is. A mode that was narrowed afterwards would show as a change of an attribute.
func TestFilesArePrivate(t *testing.T) {
	for _, umask := range []int{0, 0o022, 0o077} {
		dir := t.TempDir()
		fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC)
		must(t, err)
		_, err = syscall.InotifyAddWatch(fd, dir, syscall.IN_CREATE|syscall.IN_ATTRIB)
		must(t, err)
		before := syscall.Umask(umask)
		s := openAt(t, filepath.Join(dir, "roster.db"))
		sample.Crowd(t, s, "acme", 3)
		sample.State(t, s, "acme")
		for _, suffix := range []string{"", "-wal", "-shm"} {
			info, err := os.Stat(s.path + suffix)
			must(t, err)
			if info.Mode() != 0o600 {
				t.Errorf("umask %03o: roster.db%s has mode %v", umask, suffix, info.Mode())
			}
		}
		must(t, s.Close())
		syscall.Umask(before)
		seen := events(t, fd)
		must(t, syscall.Close(fd))
		for _, name := range []string{"roster.db", "roster.db-wal", "roster.db-shm"} {
			if seen[name]&syscall.IN_CREATE == 0 {
				t.Errorf("umask %03o: that %s was made is not seen: this test proves nothing", umask, name)
			}
		}
		if seen["roster.db"]&syscall.IN_ATTRIB != 0 {
			t.Errorf("umask %03o: the mode of the file was changed after it was made", umask)
		}
	}
}
