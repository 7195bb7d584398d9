package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fileFlags are the flags that make the server write a file.
var fileFlags = map[string][]string{
	"certificate": {"-tls", "-tls-cert"},
	"credentials": {"-demo", "-demo-credentials"},
}

// A file that others could read, or have open, is replaced by a new one with mode 0600; nothing is
// written to it.
func TestFilesOfTheServerArePrivate(t *testing.T) {
	for name, flags := range fileFlags {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
				t.Fatal(err)
			}
			open, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer open.Close()
			start(t, append(flags, file)...)
			if text, err := io.ReadAll(open); err != nil || string(text) != "old" {
				t.Errorf("the old file holds %d bytes: %v", len(text), err)
			}
			if info, err := os.Lstat(file); err != nil || info.Mode() != 0o600 || info.Size() < 100 {
				t.Errorf("%v: %v", info, err)
			}
		})
	}
}

func TestFilesOfTheServerFollowNoLink(t *testing.T) {
	for name, flags := range fileFlags {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			dir := t.TempDir()
			link, target := filepath.Join(dir, "link"), filepath.Join(dir, "target")
			if err := os.Symlink(target, link); err != nil {
				t.Fatal(err)
			}
			err := run(ctx, append(append([]string{"-addr", "127.0.0.1:0"}, flags...), link), io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), "not a regular file") {
				t.Errorf("it said %v", err)
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
				t.Errorf("the folder holds %v: %v", entries, err)
			}
		})
	}
}
