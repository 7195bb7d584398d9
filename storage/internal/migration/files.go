// Package migration reads the numbered SQL files that make a store's schema, for the stores that have one.
package migration

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// File is one step of a schema.
type File struct {
	Number int    // from 1, without a gap
	Name   string // "0001_core.sql"
	SQL    string
}

// Files returns the files of a schema in the order of their numbers. Errors: of a file whose number is missing, not the
// next one, or not written in four digits; of the file system.
func Files(schema fs.FS) ([]File, error) {
	entries, err := fs.ReadDir(schema, ".") // sorted by name
	if err != nil {
		return nil, err
	}
	list := make([]File, 0, len(entries))
	for i, e := range entries {
		digits, _, _ := strings.Cut(e.Name(), "_")
		n, err := strconv.Atoi(digits)
		if err != nil || n != i+1 || len(digits) != 4 {
			return nil, fmt.Errorf("migration %q is not number %04d", e.Name(), i+1)
		}
		sql, err := fs.ReadFile(schema, e.Name())
		if err != nil {
			return nil, err
		}
		list = append(list, File{n, e.Name(), string(sql)})
	}
	return list, nil
}
