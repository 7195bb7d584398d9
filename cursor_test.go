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
		if p, err := decodeCursor(garbage, o, descending); err == nil {
			again, err := decodeCursor(encodeCursor(o, descending, p), o, descending)
			if err != nil || again != p {
				t.Fatalf("%+v became %+v, %v", p, again, err)
			}
		}
		if id < 0 || len(key) > 2048 {
			return // no user has such an id or key
		}
		want := storage.Position{Key: key, ID: user.ID(id)}
		text := encodeCursor(o, descending, want)
		if !validate.IsStorable(key) { // no user has such a key, and no storage is asked for it
			if _, err := decodeCursor(text, o, descending); err == nil {
				t.Fatalf("%+v was taken", want)
			}
			return
		}
		if got, err := decodeCursor(text, o, descending); err != nil || got != want {
			t.Fatalf("%+v became %+v, %v", want, got, err)
		}
		if _, err := decodeCursor(text, o, !descending); err == nil {
			t.Fatal("taken for the other direction")
		}
		if _, err := decodeCursor(text, (o+1)%3, descending); err == nil {
			t.Fatal("taken for another order")
		}
	})
}
