package usertable

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
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

// values are the cells of a row as JSON, by the two names in the paths of their columns.
type values map[string]map[string]json.RawMessage

// set stores value, a text in JSON, as the value of the attribute at path. The path must have two
// names, such as "/contact/email".
func (v values) set(path, value string) {
	group, member, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if v[group] == nil {
		v[group] = map[string]json.RawMessage{}
	}
	v[group][member] = json.RawMessage(value)
}

// decodePatch sets r.Patch to the patch b, or adds its problems and sets r.Unread.
func (r *Row) decodePatch(b []byte) {
	var invalid *validate.Error
	if errors.As(r.Patch.UnmarshalJSON(b), &invalid) {
		r.Unread, r.Problems = true, append(r.Problems, invalid.Problems...)
	}
}

// jsonRow reads the next line of JSON Lines: a merge patch of a user, with the members password
// and activation beside it.
func (r *Reader) jsonRow() (Row, error) {
	for {
		text, err := r.readLine()
		r.line++
		if err != nil && (err != io.EOF || len(text) == 0) {
			return Row{}, r.failed(err, r.line)
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			row := Row{Line: r.line}
			row.decode(text)
			return row, nil
		}
		if err != nil {
			return Row{}, err
		}
		r.source.end = r.source.read + MaxLine + bufferSize
	}
}

// readLine reads up to and with the next line break.
func (r *Reader) readLine() (line []byte, err error) {
	for {
		part, err := r.buffer.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > MaxLine {
			return nil, errLine
		}
		if err == nil || err != bufio.ErrBufferFull {
			return line, err
		}
	}
}

func (r *Row) decode(text []byte) {
	var members map[string]json.RawMessage
	if err := validate.Unmarshal(text, &members); err != nil {
		r.add("", validate.Invalid)
		return
	}
	if b, ok := members["password"]; ok {
		var s *string
		if err := json.Unmarshal(b, &s); err != nil {
			r.add(PathPassword, validate.Invalid)
		} else if s != nil && *s != "" {
			r.setPassword(*s)
		}
	}
	if b, ok := members["activation"]; ok && json.Unmarshal(b, &r.Activation) != nil {
		r.add(PathActivation, validate.Invalid)
	}
	delete(members, "password")
	delete(members, "activation")
	b, _ := json.Marshal(members) // they were read from JSON
	r.decodePatch(b)
}

func (r *Row) setPassword(s string) { r.Password = func() string { return s } }
