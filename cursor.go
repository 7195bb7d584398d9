package roster

import (
	"encoding/base64"
	"encoding/binary"
	"errors"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// A cursor is the position of the last user of a page, bound to the order of its list: version,
// order, direction, id, key. It is opaque to callers and proves nothing: a made-up cursor is just
// another position.
const (
	cursorVersion = 1
	cursorHead    = 2
	maxCursor     = 4096 // bytes of text: no key of a user is that long
)

var errCursor = errors.New("roster: not a cursor of this list")

func encodeCursor(o storage.Order, descending bool, p storage.Position) string {
	direction := byte(0)
	if descending {
		direction = 1
	}
	b := []byte{cursorVersion, byte(o)<<1 | direction}
	b = binary.AppendUvarint(b, uint64(p.ID))
	b = append(b, p.Key...)
	return base64.RawURLEncoding.EncodeToString(b)
}

func decodeCursor(s string, o storage.Order, descending bool) (storage.Position, error) {
	if len(s) > maxCursor {
		return storage.Position{}, errCursor
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < cursorHead || b[0] != cursorVersion ||
		storage.Order(b[1]>>1) != o || (b[1]&1 == 1) != descending {
		return storage.Position{}, errCursor
	}
	id, n := binary.Uvarint(b[cursorHead:])
	if n <= 0 || id > 1<<63-1 {
		return storage.Position{}, errCursor
	}
	key := string(b[cursorHead+n:])
	if !validate.IsStorable(key) {
		return storage.Position{}, errCursor
	}
	return storage.Position{Key: key, ID: user.ID(id)}, nil
}
