// Package migration reads the numbered SQL files of a store's schema.
package migration

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// File is one migration.
type File struct {
	Number int    // from 1, without a gap
	Name   string // "0001_core.sql"
	SQL    string
}

// Statements returns the statements of the file without comments in front of them. Each statement
// ends with a semicolon at the end of a line.
func (f File) Statements() []string {
	var list []string
	for s := range strings.SplitSeq(f.SQL, ";\n") {
		for strings.HasPrefix(s, "--") || strings.HasPrefix(s, "\n") { // comments and empty lines in front
			_, s, _ = strings.Cut(s, "\n")
		}
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// Files returns the files in the root of a schema, in the order of their numbers. Errors: for a
// file whose number is missing, is not the next one, or does not have four digits; those of the
// file system.
func Files(schema fs.FS) ([]File, error) {
	entries, err := fs.ReadDir(schema, ".") // sorted by name
	if err != nil {
		return nil, err
	}
	list := make([]File, 0, len(entries))
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		digits, _, _ := strings.Cut(e.Name(), "_")
		n, err := strconv.Atoi(digits)
		if err != nil || n != len(list)+1 || len(digits) != 4 {
			return nil, fmt.Errorf("migration %q is not number %04d", e.Name(), len(list)+1)
		}
		sql, err := fs.ReadFile(schema, e.Name())
		if err != nil {
			return nil, err
		}
		list = append(list, File{n, e.Name(), string(sql)})
	}
	return list, nil
}
