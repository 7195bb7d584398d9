package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Check returns an error if the JSON value b has one of these faults:
//
//   - A text is not valid Unicode, or contains NUL. encoding/json replaces invalid characters.
//   - An object has two members with the same name. encoding/json keeps the last of them. Like
//     encoding/json, Check compares names without regard to case.
//   - b is nested more than 100 levels deep.
//   - An object has more than 100 members.
//
// Check also finds some faults of syntax, but not all of them. It does not look at what follows the
// value, except that all of b must be valid UTF-8. The error contains no part of b except the name
// of a member that occurs twice.
func Check(b []byte) error {
	if !utf8.Valid(b) {
		return errors.New("the JSON is not valid UTF-8")
	}
	s := scan{in: b}
	s.value(0)
	return s.err
}

// maxDepth bounds how deep a value is nested, maxMembers how many members an object has. No record
// comes near.
const (
	maxDepth   = 100
	maxMembers = 100
)

// scan reads a JSON value from its beginning to its end.
type scan struct {
	in      []byte
	at      int
	err     error
	encoded bool // by encoding/json, which writes a byte that is not UTF-8 as the escape of U+FFFD
}

// next returns the first byte that is not white space. It returns 0 at the end and after an error.
func (s *scan) next() byte {
	for ; s.err == nil && s.at < len(s.in); s.at++ {
		if c := s.in[s.at]; c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c
		}
	}
	return 0
}

// value reads one value.
func (s *scan) value(depth int) {
	switch c := s.next(); {
	case depth > maxDepth:
		s.fail("the JSON is nested too deep")
	case c == '{':
		s.object(depth)
	case c == '[':
		s.at++
		for first := true; s.more(']', first); first = false {
			s.value(depth + 1)
		}
	case c == '"':
		s.text()
	default:
		first := s.at
		for s.at < len(s.in) && strings.IndexByte(" \t\r\n,]}", s.in[s.at]) < 0 {
			s.at++ // of a number or a word
		}
		if s.at == first {
			s.fail("the JSON is malformed")
		}
	}
}

func (s *scan) object(depth int) {
	var room [16][]byte
	names := room[:0]
	s.at++
	for first := true; s.more('}', first); first = false {
		name := s.text()
		if s.next() != ':' {
			s.fail("the JSON is malformed")
			return
		}
		s.at++
		s.value(depth + 1)
		if bytes.IndexByte(name, '\\') >= 0 {
			name = unescaped(name)
		}
		for _, other := range names {
			if bytes.EqualFold(other, name) {
				s.fail(fmt.Sprintf("the JSON has the member %.40q twice", name))
				return
			}
		}
		if names = append(names, name); len(names) > maxMembers {
			s.fail("an object in the JSON has too many members")
			return
		}
	}
}

// unescaped returns the text that a JSON string spells. The parameter spelt is the string without
// its quotes. For a wrong escape the result is empty.
func unescaped(spelt []byte) []byte {
	var text string
	_ = json.Unmarshal(slices.Concat([]byte{'"'}, spelt, []byte{'"'}), &text) // "" for what is malformed
	return []byte(text)
}

// more reports whether another item of an array or object follows. The byte end closes the array or
// object; more reads end if no item follows. more reads the comma before each item except the
// first. If neither end nor the needed comma follows, more sets s.err and returns false.
func (s *scan) more(end byte, first bool) bool {
	c := s.next()
	switch {
	case c == end:
		s.at++
		return false
	case first && c != 0:
		return true
	case c == ',':
		s.at++
		return true
	}
	s.fail("the JSON is malformed")
	return false
}

// text reads a JSON string and returns the bytes between the quotes, with the escapes unchanged. If
// no complete string follows, text sets s.err and returns nil.
func (s *scan) text() []byte {
	if s.next() != '"' {
		s.fail("the JSON is malformed")
		return nil
	}
	first := s.at + 1
	for s.at = first; s.at < len(s.in); s.at++ {
		switch s.in[s.at] {
		case '"':
			s.at++
			return s.in[first : s.at-1]
		case '\\':
			s.escape()
		}
	}
	s.fail("the JSON is malformed")
	return nil
}

// escape reads the escape at s.at, or two escapes that form a surrogate pair. Afterwards s.at is
// the offset of the last byte that escape has read. escape sets s.err for the escape of NUL and for
// half of a surrogate pair; if s.encoded is set, also for the escape of U+FFFD.
func (s *scan) escape() {
	unit, ok := s.unit(s.at)
	if !ok {
		s.at++
		return
	}
	s.at += 5
	switch {
	case s.encoded && unit == utf8.RuneError:
		s.fail("a text is not valid UTF-8")
	case unit == 0:
		s.fail("a text in the JSON has the control character NUL")
	case 0xD800 <= unit && unit < 0xDC00:
		if low, ok := s.unit(s.at + 1); ok && 0xDC00 <= low && low < 0xE000 {
			s.at += 6
			return
		}
		fallthrough
	case 0xDC00 <= unit && unit < 0xE000:
		s.fail("a text in the JSON has half of a surrogate pair")
	}
}

// unit returns the number of the escape, such as \u00e9, whose backslash is at the offset at. It
// returns false if there is no valid \u escape at this offset.
func (s *scan) unit(at int) (uint64, bool) {
	if at+6 > len(s.in) || s.in[at] != '\\' || s.in[at+1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s.in[at+2:at+6]), 16, 16)
	return n, err == nil
}

func (s *scan) fail(what string) {
	if s.err == nil {
		s.err = errors.New(what)
	}
}
