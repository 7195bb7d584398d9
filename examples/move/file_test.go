package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is moved holds hashes of passwords, so it is written to no file but one that this program
// made.
func TestFilesFollowNoLink(t *testing.T) {
	from := "memory-snapshot:" + seeded(t, 1)
	for kind, want := range map[string]string{
		jsonl: "not a regular file", memory: "not a regular file", sqlite: "symbolic link",
	} {
		dir := t.TempDir()
		link, target := filepath.Join(dir, "link"), filepath.Join(dir, "target")
		must(t, os.Symlink(target, link))
		var out, errs bytes.Buffer
		status := run(t.Context(), []string{"-from", from, "-to", kind + ":" + link}, nil, &out, &errs)
		if status != failed || !strings.Contains(errs.String(), want) {
			t.Errorf("%s: status %d: %s", kind, status, errs.String())
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%s: the folder holds %v: %v", kind, entries, err)
		}
	}
}

// A file that others could read is replaced by one that they cannot, and nothing is written to the
// old one.
func TestFilesThatOthersCouldReadAreReplaced(t *testing.T) {
	from := "memory-snapshot:" + seeded(t, 1)
	for _, kind := range []string{jsonl, memory} {
		file := filepath.Join(t.TempDir(), "file")
		old := ""
		if kind == memory {
			moves(t, from, kind+":"+file)
			text, err := os.ReadFile(file)
			must(t, err)
			old = string(text)
		}
		must(t, os.WriteFile(file, []byte(old), 0o644))
		must(t, os.Chmod(file, 0o644))
		open, err := os.Open(file)
		must(t, err)
		moves(t, from, kind+":"+file)
		was, err := open.Stat()
		must(t, err)
		now, err := os.Stat(file)
		must(t, err)
		if os.SameFile(was, now) || now.Mode().Perm() != 0o600 || was.Size() != int64(len(old)) {
			t.Errorf("%s: the old file has %d bytes, the new one mode %s", kind, was.Size(), now.Mode())
		}
		must(t, open.Close())
	}
}
