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

// Statements returns the SQL statements of the file in their order, without comments in front. A
// statement ends at a semicolon that a newline follows, or at the end of the file.
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

// Files returns the migrations in the root directory of schema. Their names begin with a number of
// four digits and "_", from 0001 on without a gap. Directories are skipped. Errors: an error for a
// file that does not have the next number; those of the file system.
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

// Schema is the schema of a store: its migrations, and the errors for a database of another
// version.
type Schema struct {
	FS          fs.FS
	Files       []File // all migrations, in the order of their numbers
	newer, lack error
}

// New returns the schema whose files are in the directory "schema" of embedded. If a database has a
// later version than the schema, the methods return a *SchemaError that wraps newer; if a database
// lacks migrations, one that wraps lack. New panics if the directory is not valid; see Files.
func New(embedded fs.FS, newer, lack error) Schema {
	sub, err := fs.Sub(embedded, "schema")
	if err != nil {
		panic(err)
	}
	list, err := Files(sub)
	if err != nil {
		panic(err)
	}
	return Schema{sub, list, newer, lack}
}

// Missing returns the migrations that a database lacks whose last one has the number found, 0 for
// none. Errors: *SchemaError if the database has a later version than s.
func (s Schema) Missing(found int) ([]File, error) {
	if found > len(s.Files) {
		return nil, s.Check(found)
	}
	return s.Files[found:], nil
}

// Check returns nil if found is the number of the last migration of s, and otherwise a
// *SchemaError.
func (s Schema) Check(found int) error {
	switch known := len(s.Files); {
	case found > known:
		return &SchemaError{found, known, s.newer}
	case found < known:
		return &SchemaError{found, known, s.lack}
	}
	return nil
}

// SchemaError reports that a database's schema is not the one that this version of a store uses. It
// wraps the store's error for a database of a later version, or for one that lacks migrations.
type SchemaError struct {
	Found, Known int // numbers of the last migration: in the database (0: none), in this version
	err          error
}

// Error returns the text of the wrapped error, which says what to do, and both numbers.
func (e *SchemaError) Error() string {
	return fmt.Sprintf("%v: schema %d found, %d expected", e.err, e.Found, e.Known)
}

// Unwrap returns the wrapped error.
func (e *SchemaError) Unwrap() error { return e.err }
