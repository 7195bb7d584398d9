package roster

import (
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// FuzzCursor checks that decodeCursor inverts encodeCursor, for the same order only, and that no
// text makes it panic.
func FuzzCursor(f *testing.F) {
	f.Add("ann", int64(7), uint8(1), false, "AQIH")
	f.Add("", int64(1), uint8(0), true, "")
	f.Add("a\x00\xff", int64(1<<62), uint8(2), false, "not base64!")
	f.Add("Łukasz", int64(1<<63-1), uint8(1), true, "AQL__________38")
	f.Fuzz(func(t *testing.T, key string, id int64, order uint8, descending bool, garbage string) {
		o := storage.Order(order % 3)
		check := func(want storage.Position, valid bool) {
			text := encodeCursor(o, descending, want)
			if got, ok := decodeCursor(text, o, descending); ok != valid || valid && got != want {
				t.Fatalf("%+v became %+v, %t", want, got, ok)
			}
			_, ok1 := decodeCursor(text, o, !descending)
			if _, ok2 := decodeCursor(text, (o+1)%3, descending); ok1 || ok2 {
				t.Fatal("taken for the other direction, or for another order")
			}
		}
		if p, ok := decodeCursor(garbage, o, descending); ok {
			check(p, true)
		}
		if id >= 0 && len(key) <= 2048 { // no user has another id or key, or a key that is not storable
			check(storage.Position{Key: key, ID: user.ID(id)}, validate.IsStorable(key))
		}
	})
}
