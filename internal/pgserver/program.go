package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// needed lists the programs that a directory must contain.
var needed = [...]string{"initdb", "postgres", "pg_ctl"}

// findPrograms returns the directory that contains initdb, postgres and pg_ctl: the value of
// ROSTER_POSTGRES_BIN if that is set, else the first complete directory of installed. It returns an
// error if a program is missing in ROSTER_POSTGRES_BIN, or if no directory is complete.
func findPrograms() (string, error) {
	if dir := os.Getenv("ROSTER_POSTGRES_BIN"); dir != "" { // what is asked for, or nothing
		dir, err := filepath.Abs(dir) // they are run in another directory
		if err != nil {
			return "", err
		}
		if missing := lacking(dir); missing != "" {
			return "", fmt.Errorf("ROSTER_POSTGRES_BIN: %s has no %s", dir, missing)
		}
		return dir, nil
	}
	for _, dir := range installed() {
		if lacking(dir) == "" {
			return dir, nil
		}
	}
	return "", errors.New("initdb, postgres and pg_ctl are not found")
}

// installed returns the directories that may contain the programs of PostgreSQL. The directory of
// the postgres in PATH is first, then the one that pg_config prints, then Debian's directories for
// each version. A source that fails is left out.
func installed() (dirs []string) {
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	versions, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // Debian's: 9.6, 15, 16
	slices.Reverse(versions)
	return append(dirs, versions...)
}

// lacking returns the name of the first needed program that is not in dir, "" if all are.
func lacking(dir string) string {
	for _, name := range needed {
		if !isFile(filepath.Join(dir, name)) && !isFile(filepath.Join(dir, name+".exe")) {
			return name
		}
	}
	return ""
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}
