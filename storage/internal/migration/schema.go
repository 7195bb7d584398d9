package migration

import (
	"fmt"
	"io/fs"
)

// Schema is the schema of a store: its migrations, and the errors for a database of another
// version.
type Schema struct {
	FS          fs.FS
	Files       []File // all migrations, in the order of their numbers
	newer, lack error
}

// New returns the schema whose files are in the directory "schema" of the file system embedded. The
// parameters newer and lack are the errors that the methods of the schema wrap in a *SchemaError:
// newer if a database has a later version, lack if it lacks migrations. New panics if Files refuses
// the files, because they are a part of the program.
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

// Missing returns the migrations that a database lacks, in their order. found is the number of the
// last migration that the database ran, or 0. Errors: *SchemaError if the database has a later
// version than s.
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
