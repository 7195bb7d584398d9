package privatefile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/ca74b63c/roster/examples/privatefile"
)

const secret = "the secret"

func writeSecret(w io.Writer) error {
	_, err := io.WriteString(w, secret)
	return err
}

func mustWrite(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte("old"), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// checkModes reports a file of the folder that others could read.
func checkModes(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) == 0 {
		t.Error("there is no file")
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s has mode %s: %v", e.Name(), info.Mode(), err)
		}
	}
}

func TestPrivateFromTheFirstByte(t *testing.T) {
	setUmask(t, 0)
	folder := t.TempDir()
	path := filepath.Join(folder, "file")
	err := privatefile.Write(path, func(w io.Writer) error {
		checkModes(t, folder) // before the first byte
		err := writeSecret(w)
		checkModes(t, folder)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	checkModes(t, folder)
	if got := content(t, path); got != secret {
		t.Errorf("it holds %q", got)
	}
}

func TestOwnerCanReadWhateverTheUmask(t *testing.T) {
	folder := t.TempDir()
	setUmask(t, 0o777)
	if err := privatefile.Write(filepath.Join(folder, "file"), writeSecret); err != nil {
		t.Fatal(err)
	}
	checkModes(t, folder)
}

func TestOldFileIsReplacedNotWrittenTo(t *testing.T) {
	folder := t.TempDir()
	path, other := filepath.Join(folder, "file"), filepath.Join(folder, "other")
	mustWrite(t, path, 0o644)
	if err := os.Link(path, other); err != nil {
		t.Fatal(err)
	}
	open, err := os.Open(path) // as another user with leave to read it may have done
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if err := privatefile.Write(path, writeSecret); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(open); err != nil || string(text) != "old" {
		t.Errorf("a file that was open holds %q: %v", text, err)
	}
	if got := content(t, other); got != "old" {
		t.Errorf("another name of the old file holds %q", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 || content(t, path) != secret {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

func TestNoLinkIsFollowed(t *testing.T) {
	for _, there := range []bool{true, false} {
		folder := t.TempDir()
		path, target := filepath.Join(folder, "link"), filepath.Join(folder, "target")
		if there {
			mustWrite(t, target, 0o644)
		}
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
		err := privatefile.Write(path, func(io.Writer) error {
			t.Error("it writes")
			return nil
		})
		if !errors.Is(err, privatefile.ErrNotRegular) {
			t.Errorf("a link to a file that is there (%t): %v", there, err)
		}
		if there && content(t, target) != "old" {
			t.Error("the target was written to")
		}
		if _, err := os.Lstat(target); !there && err == nil {
			t.Error("the target was made")
		}
	}
}

func TestLinkThatAppearsMeanwhileIsNotFollowed(t *testing.T) {
	folder := t.TempDir()
	path, target := filepath.Join(folder, "file"), filepath.Join(folder, "target")
	mustWrite(t, target, 0o644)
	err := privatefile.Write(path, func(w io.Writer) error {
		return errors.Join(os.Symlink(target, path), writeSecret(w))
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := content(t, target); got != "old" {
		t.Errorf("the target of the link holds %q", got)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

func TestFailedWriteLeavesEverythingAsItWas(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "file")
	mustWrite(t, path, 0o600)
	failure := errors.New("the disk is full")
	err := privatefile.Write(path, func(w io.Writer) error { return errors.Join(writeSecret(w), failure) })
	if !errors.Is(err, failure) || content(t, path) != "old" {
		t.Errorf("%v, it holds %q", err, content(t, path))
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("%v %v", entries, err)
	}
	if err := privatefile.Write(folder, writeSecret); !errors.Is(err, privatefile.ErrNotRegular) {
		t.Errorf("a folder: %v", err)
	}
	if err := privatefile.Write(filepath.Join(folder, "no", "file"), writeSecret); err == nil {
		t.Error("a folder that is not there")
	}
}
