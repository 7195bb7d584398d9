package usertable

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"github.com/ca74b63c/roster/validate"
)

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
