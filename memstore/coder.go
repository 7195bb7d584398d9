package memstore

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/ca74b63c/roster/user"
)

// coder writes values to a snapshot or reads them from one: one function for a type does both, so that the two cannot
// disagree. After an error it does nothing more, and what it reads is zero.
//
// Texts are kept as bytes, whatever they are, and times to the nanosecond, in UTC.
type coder struct {
	to   *bufio.Writer // nil: it reads
	from *bufio.Reader
	err  error
}

func (c *coder) reads() bool { return c.to == nil }

func (c *coder) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *coder) uvarint(v uint64) uint64 {
	if c.err != nil {
		return 0
	}
	if !c.reads() {
		_, err := c.to.Write(binary.AppendUvarint(nil, v))
		c.err = err
		return v
	}
	v = 0
	for shift := 0; shift < 64; shift += 7 {
		b, err := c.from.ReadByte()
		if err != nil {
			c.fail(cutOff(err))
			return 0
		}
		if v |= uint64(b&0x7F) << shift; b < 0x80 {
			if shift == 63 && b > 1 {
				break
			}
			return v
		}
	}
	c.fail(fmt.Errorf("%w: a number is too great", ErrDamaged))
	return 0
}

// cutOff says what an error in the middle of a value means.
func cutOff(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: a value is cut off", ErrDamaged)
	}
	return err
}

// integer is any number. One that does not fit is damage.
func integer[T ~int | ~int64 | ~uint64 | ~uint32 | ~uint8](c *coder, v *T) {
	n := int64(*v)
	u := c.uvarint(uint64(n)<<1 ^ uint64(n>>63))
	if !c.reads() {
		return
	}
	n = int64(u>>1) ^ -int64(u&1)
	if *v = T(n); int64(*v) != n {
		c.fail(fmt.Errorf("%w: a number is too great", ErrDamaged))
	}
}

func flag(c *coder, v *bool) {
	n := uint8(0)
	if *v {
		n = 1
	}
	integer(c, &n)
	if *v = n == 1; n > 1 {
		c.fail(fmt.Errorf("%w: neither yes nor no", ErrDamaged))
	}
}

func text[T ~string](c *coder, v *T) {
	n := c.uvarint(uint64(len(*v)))
	if !c.reads() {
		if c.err == nil {
			_, c.err = c.to.WriteString(string(*v))
		}
		return
	}
	// The length need not be true, so no more room is made than there are bytes.
	var b []byte
	for n > 0 && c.err == nil {
		piece := make([]byte, min(n, frameBytes))
		if _, err := io.ReadFull(c.from, piece); err != nil {
			c.fail(cutOff(err))
			return
		}
		b = append(b, piece...)
		n -= uint64(len(piece))
	}
	*v = T(b)
}

func moment(c *coder, v *time.Time) {
	seconds, nanos := v.Unix(), v.Nanosecond()
	integer(c, &seconds)
	integer(c, &nanos)
	if !c.reads() {
		return
	}
	t := time.Unix(seconds, int64(nanos)).UTC()
	if nanos < 0 || nanos >= 1e9 || user.CheckTime(t) != nil {
		c.fail(fmt.Errorf("%w: a time that is none", ErrDamaged))
		return
	}
	*v = t
}

// slice is items one after the other, their number first.
func slice[T any](c *coder, v *[]T, walk func(*coder, *T)) {
	n := c.uvarint(uint64(len(*v)))
	if !c.reads() {
		for i := range *v {
			walk(c, &(*v)[i])
		}
		return
	}
	*v = nil
	for ; n > 0 && c.err == nil; n-- {
		var item T
		if walk(c, &item); c.err == nil {
			*v = append(*v, item)
		}
	}
}

func ids[T ~int64](c *coder, v *user.IDs[T]) {
	items := v.Slice()
	slice(c, &items, integer[T])
	if c.reads() {
		*v = user.IDsOf(items...)
	}
}

func list[T comparable](c *coder, v *user.List[T], walk func(*coder, *T)) {
	items := v.Slice()
	slice(c, &items, walk)
	if c.reads() {
		*v = user.ListOf(items...)
	}
}

func optional(c *coder, v *user.Optional) {
	n, there := v.Get()
	flag(c, &there)
	if !there {
		return
	}
	if integer(c, &n); c.reads() {
		*v = user.Some(n)
	}
}

// count writes how many things follow, and reads it.
func (c *coder) count(n int) int {
	u := c.uvarint(uint64(n))
	if u > math.MaxInt64 {
		c.fail(fmt.Errorf("%w: a number is too great", ErrDamaged))
		return 0
	}
	return int(u)
}
