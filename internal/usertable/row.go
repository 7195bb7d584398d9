package usertable

import (
	"errors"
	"strings"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Row is one line that describes a user.
type Row struct {
	Line       int // where the row begins, from 1
	Patch      user.Patch
	Password   func() string // nil: the line has none
	Activation bool
	Problems   []validate.Problem // of cells that do not have the form of their columns
	Unread     bool               // the line is wrong as a whole, and Patch is empty
}

// Problem is one thing that is wrong with the file itself.
type Problem struct {
	Line    int
	Column  string // as the file has it, shortened; "" if the whole line is wrong
	Allowed string // in words
	Code    validate.Code
}

// FileError is the error of a file that cannot be read further, or not at all.
type FileError struct{ Problems []Problem }

// Error returns a text that does not quote the file.
func (e *FileError) Error() string { return "usertable: the file cannot be read" }

// add adds the problem of a value. The path "" is that of the whole line.
func (r *Row) add(path string, code validate.Code) {
	r.Unread = r.Unread || path == ""
	r.Problems = append(r.Problems, validate.Problem{Path: path, Code: code})
}

// merge appends the problems of err to the problems of the row. If err is a *validate.Error, these
// are its problems. If err is a validate.Problem, it is appended as it is. Any other error becomes
// one problem with the code validate.Invalid. merge does nothing if err is nil.
func (r *Row) merge(err error) {
	var c validate.Collector
	c.Merge("", err)
	var invalid *validate.Error
	if errors.As(c.Err(), &invalid) {
		r.Problems = append(r.Problems, invalid.Problems...)
	}
}

// value is one cell of a row as JSON.
type value struct {
	column *Column
	json   string
}

// patch sets r.Patch to a patch that sets the given values. The values must be sorted by the paths
// of their columns. If the values are not a valid patch, patch adds the problems to the row and
// sets r.Unread.
func (r *Row) patch(values []value) {
	var b strings.Builder
	open := ""
	b.WriteByte('{')
	for _, v := range values {
		group, member, _ := strings.Cut(strings.TrimPrefix(v.column.Path, "/"), "/")
		switch {
		case group == open:
			b.WriteByte(',')
		case open != "":
			b.WriteString("},")
			fallthrough
		default:
			b.WriteString(quoted(group) + ":{")
			open = group
		}
		b.WriteString(quoted(member) + ":" + v.json)
	}
	if open != "" {
		b.WriteByte('}')
	}
	b.WriteByte('}')
	r.decodePatch([]byte(b.String()))
}

// decodePatch reads the patch.
func (r *Row) decodePatch(b []byte) {
	if err := r.Patch.UnmarshalJSON(b); err != nil {
		r.Unread = true
		r.merge(err)
	}
}
