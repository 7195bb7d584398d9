package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
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
