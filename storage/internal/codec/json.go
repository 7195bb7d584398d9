package codec

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ca74b63c/roster/user"
)

// object is a record as a JSON object: the same fields under names, those that are not zero. Numbers are integers of 64
// bits, enumerations their names, times RFC 3339 in UTC, and a text that is not UTF-8 is an object that says so:
// {"base64":"/w=="}.
type object struct {
	members []Pair // when reading: those that were not asked for yet, in their order
	any     bool   // when writing: there is a member already
}

// encodeJSON appends a record as a JSON object.
func encodeJSON[T any](b []byte, v *T, walk func(*fields, *T)) []byte {
	f := fields{out: append(b, '{'), object: &object{}}
	walk(&f, v)
	return append(f.out, '}')
}

// decodeJSON reads a JSON object that is all of b.
func decodeJSON[T any](b []byte, walk func(*fields, *T)) (T, error) {
	if !json.Valid(b) || !utf8.Valid(b) {
		var none T
		return none, fmt.Errorf("%w: not JSON", ErrMalformed)
	}
	return decodeValid(bytes.TrimSpace(b), walk)
}

// decodeValid reads an object of what is known to be JSON.
func decodeValid[T any](b []byte, walk func(*fields, *T)) (T, error) {
	var v, none T
	f := fields{reading: true, object: &object{}}
	if b[0] == '{' {
		f.object.members = membersOf(b)
	} else {
		f.fail("not an object")
	}
	walk(&f, &v)
	if left := f.object.members; len(left) > 0 { // what no walk asked for, or what stands there twice
		f.fail(fmt.Sprintf("field %.40q", left[0].Name))
	}
	if f.err != nil {
		return none, f.err
	}
	return v, nil
}

// member begins a member.
func (f *fields) member(name string) {
	if f.object.any {
		f.out = append(f.out, ',')
	}
	f.object.any = true
	f.out = append(append(append(f.out, '"'), name...), '"', ':')
}

// take returns a member's value, nil if there is none. Who asks in the order of the members finds each at once.
func (f *fields) take(name string) []byte {
	for i, m := range f.object.members {
		if m.Name == name {
			if i == 0 {
				f.object.members = f.object.members[1:]
			} else {
				f.object.members = slices.Delete(f.object.members, i, i+1)
			}
			return m.Value
		}
	}
	return nil
}

func (f *fields) objectSigned(name string, zero bool, n int64, set func(int64) bool) {
	if !f.reading {
		if !zero {
			f.member(name)
			f.out = strconv.AppendInt(f.out, n, 10)
		}
		return
	}
	if raw := f.take(name); raw != nil {
		if n, err := strconv.ParseInt(string(raw), 10, 64); err != nil || !set(n) {
			f.fail(name)
		}
	}
}

func (f *fields) objectUnsigned(name string, n uint64, set func(uint64) bool) {
	if !f.reading {
		if n != 0 {
			f.member(name)
			f.out = strconv.AppendUint(f.out, n, 10)
		}
		return
	}
	if raw := f.take(name); raw != nil {
		if n, err := strconv.ParseUint(string(raw), 10, 64); err != nil || !set(n) {
			f.fail(name)
		}
	}
}

func (f *fields) objectText(name, s string, set func(string)) {
	if !f.reading {
		if s != "" {
			f.member(name)
			f.out = AppendText(f.out, s)
		}
		return
	}
	if raw := f.take(name); raw != nil {
		s, err := ParseText(raw)
		if err != nil {
			f.fail(name)
			return
		}
		set(s)
	}
}

func (f *fields) objectFlag(name string, v *bool) {
	if !f.reading {
		if *v {
			f.member(name)
			f.out = append(f.out, "true"...)
		}
		return
	}
	if raw := f.take(name); raw != nil {
		if *v = string(raw) == "true"; !*v {
			f.fail(name)
		}
	}
}

func (f *fields) objectInstant(name string, v *time.Time) {
	if !f.reading {
		if v.IsZero() {
			return
		}
		f.member(name)
		t := time.UnixMicro(v.UnixMicro()).UTC()
		f.out = append(t.AppendFormat(append(f.out, '"'), time.RFC3339Nano), '"')
		return
	}
	raw := f.take(name)
	if raw == nil {
		return
	}
	t, err := time.Parse(`"`+time.RFC3339Nano+`"`, string(raw))
	if err != nil || t.Nanosecond()%1000 != 0 || user.CheckTime(t) != nil {
		f.fail(name)
		return
	}
	*v = t.UTC()
}

func (f *fields) objectOptional(name string, v *user.Optional) {
	if !f.reading {
		if n, ok := v.Get(); ok {
			f.member(name)
			f.out = strconv.AppendInt(f.out, int64(n), 10)
		}
		return
	}
	if raw := f.take(name); raw != nil {
		n, err := strconv.Atoi(string(raw))
		if err != nil {
			f.fail(name)
			return
		}
		*v = user.Some(n)
	}
}

func objectSet[T ~int64](f *fields, name string, v *user.IDs[T]) {
	if !f.reading {
		if v.IsZero() {
			return
		}
		f.member(name)
		sep := byte('[')
		for id := range v.All() {
			f.out = strconv.AppendInt(append(f.out, sep), int64(id), 10)
			sep = ','
		}
		f.out = append(f.out, ']')
		return
	}
	if raw := f.take(name); raw != nil {
		if raw[0] != '[' {
			f.fail(name)
			return
		}
		var ids []T
		for _, item := range itemsOfArray(raw) {
			n, err := strconv.ParseInt(string(item), 10, 64)
			if err != nil {
				f.fail(name)
				return
			}
			ids = append(ids, T(n))
		}
		*v = user.IDsOf(ids...)
	}
}

func objectSlice[T any](f *fields, name string, v *[]T, walk func(*fields, *T)) {
	if !f.reading {
		if len(*v) == 0 {
			return
		}
		f.member(name)
		sep := byte('[')
		for i := range *v {
			f.out = encodeJSON(append(f.out, sep), &(*v)[i], walk)
			sep = ','
		}
		f.out = append(f.out, ']')
		return
	}
	raw := f.take(name)
	if raw == nil {
		return
	}
	if raw[0] != '[' {
		f.fail(name)
		return
	}
	for _, item := range itemsOfArray(raw) {
		t, err := decodeValid(item, walk)
		if err != nil {
			f.fail(name)
			return
		}
		*v = append(*v, t)
	}
}

// AppendText appends a text of any bytes as JSON: a string, or an object of base64 if it is not UTF-8.
func AppendText(b []byte, s string) []byte {
	if !utf8.ValidString(s) {
		b = append(b, `{"base64":"`...)
		return append(base64.StdEncoding.AppendEncode(b, []byte(s)), `"}`...)
	}
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// ParseText reads what AppendText wrote, out of what is known to be JSON. Errors: ErrMalformed.
func ParseText(raw []byte) (string, error) {
	if len(raw) > 1 && raw[0] == '"' {
		if bytes.IndexByte(raw, '\\') < 0 {
			return string(raw[1 : len(raw)-1]), nil
		}
		var s string
		if json.Unmarshal(raw, &s) == nil {
			return s, nil
		}
	}
	if len(raw) > 0 && raw[0] == '{' {
		if list := membersOf(raw); len(list) == 1 && list[0].Name == "base64" && list[0].Value[0] == '"' {
			if b, err := base64.StdEncoding.Strict().DecodeString(strings.Trim(string(list[0].Value), `"`)); err == nil {
				return string(b), nil
			}
		}
	}
	return "", fmt.Errorf("%w: text", ErrMalformed)
}
