package roster

import (
	"encoding/base64"
	"encoding/binary"
	"errors"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// A cursor is the position of the last user of a page, encoded in base64url: format version,
// order and direction of the list, id, key. A cursor of one order is refused by a list in another
// order. A cursor that the caller invents is a position like any other and grants nothing.
const (
	cursorVersion = 1    // of the format
	cursorHead    = 2    // bytes before the id
	maxCursor     = 4096 // the greatest length of a cursor in bytes; no key of a user is that long
)

// errCursor is returned for a text that is no cursor of the list.
var errCursor = errors.New("roster: not a cursor of this list")

// encodeCursor returns the cursor, a URL-safe text, for the position p in a list. The cursor
// contains the order o and the direction: descending is true if the list runs downwards.
// decodeCursor accepts the cursor only with the same order and direction.
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

// decodeCursor returns the position in a list that encodeCursor encoded as the text s. It returns
// errCursor if s is not a cursor of this form, or if s was made for an order other than o or for
// the other direction. If descending is true, the list runs downwards.
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
