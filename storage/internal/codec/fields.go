package codec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/user"
)

// version is the first byte of every record.
const version = 1

// ErrMalformed is returned, wrapped, for bytes that no record can be, or that a later version of this package wrote.
var ErrMalformed = errors.New("codec: malformed record")

// fields walks the fields of one record in ascending order of their numbers, and either writes or reads them, so that
// one function a type says both and they cannot disagree.
type fields struct {
	reading bool
	out     []byte
	in      string  // one string for the whole record, which the texts in it share
	next    uint64  // number of the field that in begins behind; 0: there is none
	object  *object // the record is a JSON object; nil: it is binary
	err     error
}

// encode appends a record.
func encode[T any](b []byte, v *T, walk func(*fields, *T)) []byte {
	f := fields{out: append(b, version)}
	walk(&f, v)
	return f.out
}

// decode reads a record that is all of b.
func decode[T any](b []byte, walk func(*fields, *T)) (T, error) {
	var v, none T
	if len(b) == 0 || b[0] != version {
		return none, fmt.Errorf("%w: version", ErrMalformed)
	}
	f := fields{reading: true, in: string(b[1:])}
	f.advance()
	walk(&f, &v)
	if f.end(); f.err != nil {
		return none, f.err
	}
	return v, nil
}

func (f *fields) fail(what string) {
	if f.err == nil {
		f.err = fmt.Errorf("%w: %s", ErrMalformed, what)
	}
	f.in, f.next = "", 0
	if f.object != nil {
		f.object.members = nil
	}
}

// end refuses what no walk asked for.
func (f *fields) end() {
	if f.reading && f.next != 0 {
		f.fail(fmt.Sprintf("field %d", f.next))
	}
}

// advance reads the number of the next field.
func (f *fields) advance() {
	f.next = 0
	if f.in == "" || f.err != nil {
		return
	}
	n := f.uvarint()
	if n == 0 && f.err == nil {
		f.fail("field 0")
		return
	}
	f.next = n
}

// at reports whether a field is there to be read, or, when writing, has to be written because it is not zero.
func (f *fields) at(number uint64, zero bool) bool {
	if f.reading {
		return f.next == number
	}
	if !zero {
		f.out = binary.AppendUvarint(f.out, number)
	}
	return !zero
}

func (f *fields) uvarint() uint64 {
	var x uint64
	for i := range min(len(f.in), binary.MaxVarintLen64) {
		c := f.in[i]
		if i == binary.MaxVarintLen64-1 && c > 1 {
			break
		}
		x |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			f.in = f.in[i+1:]
			return x
		}
	}
	f.fail("number")
	return 0
}

func (f *fields) varint() int64 {
	u := f.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// bytes reads a length and as many bytes.
func (f *fields) bytes() string {
	n := f.uvarint()
	if n > uint64(len(f.in)) {
		f.fail("length")
		return ""
	}
	s := f.in[:n]
	f.in = f.in[n:]
	return s
}

func (f *fields) appendBytes(s string) {
	f.out = binary.AppendUvarint(f.out, uint64(len(s)))
	f.out = append(f.out, s...)
}

// signed is a field that holds an int64 or less.
func signed[T ~int | ~int64](f *fields, number uint64, name string, v *T) {
	if f.object != nil {
		f.objectSigned(name, *v == 0, int64(*v), func(n int64) bool { *v = T(n); return int64(*v) == n })
		return
	}
	if !f.at(number, *v == 0) {
		return
	}
	if !f.reading {
		f.out = binary.AppendVarint(f.out, int64(*v))
		return
	}
	n := f.varint()
	if *v = T(n); int64(*v) != n {
		f.fail("range")
	}
	f.advance()
}

// unsigned is a field that holds a uint64 or less.
func unsigned[T ~uint8 | ~uint32 | ~uint64](f *fields, number uint64, name string, v *T) {
	if f.object != nil {
		f.objectUnsigned(name, uint64(*v), func(n uint64) bool { *v = T(n); return uint64(*v) == n })
		return
	}
	if !f.at(number, *v == 0) {
		return
	}
	if !f.reading {
		f.out = binary.AppendUvarint(f.out, uint64(*v))
		return
	}
	n := f.uvarint()
	if *v = T(n); uint64(*v) != n {
		f.fail("range")
	}
	f.advance()
}

// text is a field that holds any bytes.
func text[T ~string](f *fields, number uint64, name string, v *T) {
	if f.object != nil {
		f.objectText(name, string(*v), func(s string) { *v = T(s) })
		return
	}
	if !f.at(number, *v == "") {
		return
	}
	if !f.reading {
		f.appendBytes(string(*v))
		return
	}
	*v = T(f.bytes())
	f.advance()
}

// flag is a field that is there exactly if it is true.
func flag(f *fields, number uint64, name string, v *bool) {
	if f.object != nil {
		f.objectFlag(name, v)
		return
	}
	if f.at(number, !*v) && f.reading {
		*v = true
		f.advance()
	}
}

// instant is a time in the years 1 to 9999. Its absence is the zero time, which is not the same as
// 1970.
func instant(f *fields, number uint64, name string, v *time.Time) {
	if f.object != nil {
		f.objectInstant(name, v)
		return
	}
	if !f.at(number, v.IsZero()) {
		return
	}
	if !f.reading {
		f.out = binary.AppendVarint(f.out, v.UnixMicro())
		return
	}
	t := time.UnixMicro(f.varint()).UTC()
	if user.CheckTime(t) != nil {
		f.fail("range")
		return
	}
	*v = t
	f.advance()
}

// optional is a number whose absence is not the same as 0.
func optional(f *fields, number uint64, name string, v *user.Optional) {
	if f.object != nil {
		f.objectOptional(name, v)
		return
	}
	if !f.at(number, v.IsZero()) {
		return
	}
	if !f.reading {
		f.out = binary.AppendVarint(f.out, int64(v.Or(0)))
		return
	}
	n := f.varint()
	if int64(int(n)) != n {
		f.fail("range")
	}
	*v = user.Some(int(n))
	f.advance()
}
