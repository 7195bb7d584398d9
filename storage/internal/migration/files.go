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

// Statements returns the SQL statements of the file, in their order. A statement ends at a
// semicolon that a newline follows, or at the end of the file. The result does not contain this
// semicolon and newline. Statements removes comment lines and empty lines in front of each
// statement, and leaves out empty statements.
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

// Files returns the migrations in the root directory of schema, in the order of their numbers. It
// skips subdirectories. The name of a file begins with its number: four digits, from 0001 on
// without a gap, then "_". Errors: for a file whose number is not the next one; those of the file
// system.
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
