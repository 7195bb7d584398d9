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
