package validate

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"github.com/ca74b63c/roster/internal/strictjson"
)

// Unmarshal decodes JSON into the value that v points to. It differs from json.Unmarshal in three
// ways:
//
//   - It refuses unknown members, repeated members, and texts that are not valid UTF-8 or contain
//     NUL.
//   - It replaces the whole value. A field that the JSON does not have becomes zero.
//   - After an error the value is unchanged.
//
// Errors: a *json.InvalidUnmarshalError if v is nil, a nil pointer or no pointer. Any other error
// is an *Error with every problem at its path:
//
//   - Invalid for a value of the wrong type. If b is no JSON, or contains a repeated member or an
//     invalid text, the only problem is Invalid at the path "".
//   - Unknown for an unknown name of an enumeration, such as that of a status.
//   - Unknown for an object with an unknown member. The problem does not name the unknown member,
//     because the name may be a secret.
//   - The problems of a type that reports its own, such as Invalid for the name of a role.
func Unmarshal(b []byte, v any) error {
	to := reflect.ValueOf(v)
	if to.Kind() != reflect.Pointer || to.IsNil() {
		return &json.InvalidUnmarshalError{Type: reflect.TypeOf(v)}
	}
	read := reflect.New(to.Type().Elem())
	err := strictjson.Unmarshal(b, read.Interface())
	if err == nil {
		to.Elem().Set(read.Elem())
		return nil
	}
	var c Collector
	if strictjson.Check(b) == nil && json.Valid(b) {
		c.locate(b, read.Type().Elem(), "")
	}
	if c.Len() == 0 {
		c.Merge("", problemError(Invalid, Params{}))
	}
	return c.Err()
}

var (
	jsonReader = reflect.TypeFor[json.Unmarshaler]()
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// locate adds a problem to c for each part of the JSON value b that cannot be decoded as a value of
// type t. The problem is Unknown for an unknown name of an enumeration (a type of kind uint8) and
// for an object with an unknown member. A type with its own decoder can report other problems. Any
// other problem is Invalid. null is valid for every type.
func (c *Collector) locate(b []byte, t reflect.Type, path string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if string(b) == "null" {
		return
	}
	own := reflect.PointerTo(t)
	switch {
	case own.Implements(jsonReader):
		c.decode(b, t, path, Invalid)
	case own.Implements(textReader) && b[0] == '"' && t.Kind() == reflect.Uint8: // an enumeration
		c.decode(b, t, path, Unknown)
	case own.Implements(textReader):
		c.decode(b, t, path, Invalid)
	case t.Kind() == reflect.Struct:
		c.locateMembers(b, t, path)
	case t.Kind() == reflect.Slice && b[0] == '[':
		var items []json.RawMessage
		if json.Unmarshal(b, &items) == nil {
			for i, item := range items {
				c.locate(bytes.TrimSpace(item), t.Elem(), Element(path, i))
			}
		}
	default:
		c.decode(b, t, path, Invalid)
	}
}

// decode checks whether b can be decoded as a value of type t, and adds a problem to c if it
// cannot. An error that wraps problems adds these problems below path. Any other error adds one
// problem with the given code and path.
func (c *Collector) decode(b []byte, t reflect.Type, path string, code Code) {
	err := json.Unmarshal(b, reflect.New(t).Interface()) // keeps the type's own error
	if err == nil {
		err = strictjson.Unmarshal(b, reflect.New(t).Interface())
	}
	if err == nil {
		return
	}
	if errors.Is(err, ErrInvalid) {
		c.Merge(path, err)
		return
	}
	c.Add(Problem{Path: path, Code: code})
}

func (c *Collector) locateMembers(b []byte, t reflect.Type, path string) {
	var members map[string]json.RawMessage
	if json.Unmarshal(b, &members) != nil {
		c.Add(Problem{Path: path, Code: Invalid})
		return
	}
	for name, value := range members {
		if field, ok := fieldOf(t, name); ok {
			c.locate(bytes.TrimSpace(value), field, Child(path, name))
		} else {
			c.Add(UnknownMember(path))
		}
	}
}

// UnknownMember returns the problem of an object with an unknown member. It does not name the
// member, because the name may be a secret.
func UnknownMember(path string) Problem {
	return Problem{Path: path, Code: Unknown, Params: Params{}.WithText("has", "member")}
}

// fieldOf returns the type of the field of the struct t into which encoding/json decodes the member
// with the name, in any case. If embedded structs have such a field too, the outermost field
// counts. fieldOf returns false if there is no field.
func fieldOf(t reflect.Type, name string) (found reflect.Type, ok bool) {
	depth := 0
	for _, field := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && tag == "" || !field.IsExported() || tag == "-" {
			continue
		}
		if tag == "" {
			tag = field.Name
		}
		if strings.EqualFold(tag, name) && (!ok || len(field.Index) < depth) {
			found, ok, depth = field.Type, true, len(field.Index)
		}
	}
	return found, ok
}
