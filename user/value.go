package user

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/validate"
)

// Value is the value of one attribute as JSON. The zero Value means that the attribute is not
// set: an empty text, set or list, no time, no group. Two Values are equal if == is true.
type Value struct {
	json string // in the one form that canonical writes; "" for the zero Value
}

// IsZero reports whether the attribute is not set.
func (v Value) IsZero() bool { return v.json == "" }

// Equal reports whether v and w are the same, as == does.
func (v Value) Equal(w Value) bool { return v == w }

// String returns the value for people to read: a text without quotes and escapes, any other value
// as JSON, and "" for the zero Value.
func (v Value) String() string {
	switch {
	case !strings.HasPrefix(v.json, `"`):
		return v.json
	case strings.IndexByte(v.json, '\\') < 0:
		return v.json[1 : len(v.json)-1]
	}
	var s string
	_ = json.Unmarshal([]byte(v.json), &s) // a Value is valid JSON
	return s
}

// MarshalJSON writes the value, and null for the zero Value.
func (v Value) MarshalJSON() ([]byte, error) { return []byte(cmp.Or(v.json, "null")), nil }

// UnmarshalJSON implements json.Unmarshaler. It sets v to a JSON value. null, an empty text and an
// empty list give the zero Value. White space, escapes and the order of the members of an object do
// not matter, because the value is kept in one canonical form. After an error v is unchanged.
// UnmarshalJSON returns an error for:
//
//   - JSON that is not valid, and a second value behind the first one
//   - an object with a repeated member, or with more than 100 members
//   - a text with a NUL, and a text that is not valid UTF-8
//   - a number with an exponent, or of more than 100 characters
//   - a value that is nested deeper than 32 levels
func (v *Value) UnmarshalJSON(b []byte) error {
	read, err := canonical(b)
	if err != nil {
		return err
	}
	*v = read
	return nil
}

// Decode stores the value in what into points to, as json.Unmarshal does. The zero Value is null.
func (v Value) Decode(into any) error {
	if err := json.Unmarshal([]byte(cmp.Or(v.json, "null")), into); err != nil {
		return fmt.Errorf("user: decoding a value: %w", err)
	}
	return nil
}

// valueOf returns the attribute that p points to as a Value. It returns the zero Value for an
// attribute that is not set. For an attribute that cannot be encoded as JSON it returns the text of
// the error.
func valueOf(p any) Value {
	switch p := p.(type) {
	case *string:
		return textValue(*p)
	case *bool:
		return Value{strconv.FormatBool(*p)}
	case *int:
		return Value{strconv.Itoa(*p)}
	case *Kind:
		return textValue(p.String())
	case *Status:
		return textValue(p.String())
	case *GroupID:
		if *p == 0 {
			return Value{}
		}
		return Value{strconv.FormatInt(int64(*p), 10)}
	case *time.Time:
		if p.IsZero() {
			return Value{}
		}
		return Value{`"` + p.UTC().Format(time.RFC3339Nano) + `"`}
	case interface{ IsZero() bool }:
		if p.IsZero() {
			return Value{}
		}
	}
	b, err := json.Marshal(p)
	if err != nil {
		return textValue(err.Error()) // a number without a name, which no user that was checked has
	}
	v, err := canonical(b)
	if err != nil {
		return textValue(err.Error()) // a text that is refused, which no user that was checked has
	}
	return v
}

// textValue returns the text s as a Value, and the zero Value for an empty text. It replaces NUL
// and bytes that are not UTF-8, which no storage keeps, by U+FFFD.
func textValue(s string) Value {
	if s == "" {
		return Value{}
	}
	if !validate.IsStorable(s) {
		s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	}
	return Value{string(appendQuoted(make([]byte, 0, len(s)+2), s))}
}

// canonical returns the JSON value b as a Value: without white space, with members ordered by name,
// and with only the necessary escapes. Numbers keep their digits. null, an empty text and an empty
// list give the zero Value. It returns the errors that Value.UnmarshalJSON lists.
func canonical(b []byte) (Value, error) {
	if err := strictjson.Check(b); err != nil {
		return Value{}, fmt.Errorf("user: a value: %w", err)
	}
	var decoded any
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.UseNumber()
	if err := decoder.Decode(&decoded); err != nil {
		return Value{}, fmt.Errorf("user: a value: %w", err)
	}
	if len(bytes.Trim(b[decoder.InputOffset():], " \t\r\n")) > 0 {
		return Value{}, errors.New("user: a value: more than one")
	}
	out, err := appendCanonical(make([]byte, 0, len(b)), decoded, 0)
	if err != nil {
		return Value{}, err
	}
	switch string(out) {
	case "null", `""`, "[]":
		return Value{}, nil
	}
	return Value{string(out)}, nil
}

// maxValueDepth leaves room for the records around a value: strictjson limits their depth too.
// maxNumber is the length of a number. Databases have a limit of their own, far above it.
const (
	maxValueDepth = 32
	maxNumber     = 100
)

var (
	// errExponent is returned for a number with an exponent, which databases write out in digits.
	errExponent = errors.New("user: a value: write the number without an exponent")
	errNumber   = fmt.Errorf("user: a value: a number has more than %d characters", maxNumber)
	errDepth    = fmt.Errorf("user: a value: nested deeper than %d levels", maxValueDepth)
)

// appendCanonical appends the decoded JSON value to b, in the form that canonical describes, and
// returns the extended b. depth is the number of arrays and objects that contain the value. Errors:
// errDepth, errExponent, errNumber.
func appendCanonical(b []byte, decoded any, depth int) ([]byte, error) {
	var err error
	if depth > maxValueDepth {
		return b, errDepth
	}
	switch d := decoded.(type) {
	case nil:
		b = append(b, "null"...)
	case bool:
		b = strconv.AppendBool(b, d)
	case string:
		b = appendQuoted(b, d)
	case json.Number:
		if strings.ContainsAny(string(d), "eE") {
			return b, errExponent
		}
		if len(d) > maxNumber {
			return b, errNumber
		}
		if strings.Trim(string(d), "-0.") == "" {
			d = json.Number(strings.TrimPrefix(string(d), "-")) // -0 is 0
		}
		b = append(b, d...)
	case []any:
		b = append(b, '[')
		for i, item := range d {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendCanonical(b, item, depth+1); err != nil {
				return b, err
			}
		}
		b = append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for i, name := range slices.Sorted(maps.Keys(d)) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendQuoted(b, name), ':')
			if b, err = appendCanonical(b, d[name], depth+1); err != nil {
				return b, err
			}
		}
		b = append(b, '}')
	}
	return b, nil
}

// appendQuoted appends the valid UTF-8 text s to b as a JSON string. It escapes only the quote, the
// backslash and control characters.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
