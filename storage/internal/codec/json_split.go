package codec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// What is known to be JSON is split without being checked again, and without a copy.

// Pair is a name, as it is spelt, and a JSON value.
type Pair struct {
	Name  string
	Value []byte
}

// Split returns the members of a JSON object, in their order; a name that stands there twice comes twice. The values
// are parts of b. Errors: ErrMalformed.
func Split(b []byte) ([]Pair, error) {
	if b = bytes.TrimSpace(b); len(b) == 0 || b[0] != '{' || !json.Valid(b) || !utf8.Valid(b) {
		return nil, fmt.Errorf("%w: not a JSON object", ErrMalformed)
	}
	return membersOf(b), nil
}

// membersOf splits an object.
func membersOf(b []byte) []Pair {
	var list []Pair
	for b = blank(b[1:]); len(b) > 0 && b[0] == '"'; {
		end := valueEnd(b)
		name := string(b[1 : end-1])
		b = blank(blank(b[end:])[1:]) // behind the colon
		end = valueEnd(b)
		list = append(list, Pair{name, b[:end]})
		if b = blank(b[end:]); b[0] == ',' {
			b = blank(b[1:])
		}
	}
	return list
}

// itemsOfArray splits an array.
func itemsOfArray(b []byte) [][]byte {
	var list [][]byte
	for b = blank(b[1:]); b[0] != ']'; {
		end := valueEnd(b)
		list = append(list, b[:end])
		if b = blank(b[end:]); b[0] == ',' {
			b = blank(b[1:])
		}
	}
	return list
}

func blank(b []byte) []byte { return bytes.TrimLeft(b, " \t\r\n") }

// valueEnd returns where the value ends that b, which is JSON, begins with.
func valueEnd(b []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
			continue
		case c == '"':
			quoted = !quoted
		case quoted:
			continue
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth == 0 {
				return i // of a number or a word at the end of what holds it
			}
			depth--
		case depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n'):
			return i
		default:
			continue
		}
		if depth == 0 && !quoted {
			return i + 1
		}
	}
	return len(b)
}
