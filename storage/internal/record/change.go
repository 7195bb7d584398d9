package record

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Change is a row of roster_changes without its account.
type Change struct {
	Revision, Position int64
	At                 time.Time // zero: NULL
	Type               string
	Actor, UserID      int64  // 0: NULL
	Reason             string // "": NULL
	Created, Diff      []byte // JSON; nil: NULL
	ReferenceKind      string // "": NULL
	ReferenceID        int64  // 0: NULL
	Transfer           int64  // 0: NULL
	Money              []byte // JSON; nil: NULL
	Detail             string // "": NULL
}

// ChangeOf converts the change c to a row. Errors: for a kind of reference data that does not
// exist; for a Created, Diff or Money that cannot be encoded as JSON.
func ChangeOf(c storage.Change) (Change, error) {
	r := Change{
		Revision: int64(c.ID.Revision), Position: int64(c.ID.Index), At: c.At, Type: string(c.Type),
		Actor: int64(c.Actor), UserID: int64(c.UserID), Reason: c.Reason, ReferenceID: c.ReferenceID,
		Transfer: int64(c.TransferID), Detail: c.Detail,
	}
	var err error
	if c.ReferenceKind != 0 {
		r.ReferenceKind, err = nameOf(c.ReferenceKind)
	}
	if c.Created != nil && err == nil {
		r.Created, err = json.Marshal(c.Created)
	}
	if len(c.Diff) > 0 && err == nil {
		r.Diff, err = json.Marshal(c.Diff)
	}
	if c.Money != nil && err == nil {
		r.Money, err = json.Marshal(c.Money)
	}
	if err != nil {
		return Change{}, fmt.Errorf("change %v: %w", c.ID, err)
	}
	return r, nil
}

// Change converts the row to a change. Errors: for a kind of reference data that does not exist;
// for JSON in Created, Diff or Money that cannot be decoded.
func (r *Change) Change() (storage.Change, error) {
	c := storage.Change{
		ID: storage.ChangeID{Revision: user.Revision(r.Revision), Index: int(r.Position)},
		At: utc(r.At), Type: storage.ChangeType(r.Type), Actor: user.ID(r.Actor), UserID: user.ID(r.UserID),
		Reason: r.Reason, ReferenceID: r.ReferenceID, TransferID: balance.TransferID(r.Transfer), Detail: r.Detail,
	}
	var err error
	if r.ReferenceKind != "" {
		err = parse(r.ReferenceKind, &c.ReferenceKind)
	}
	if r.Created != nil && err == nil {
		err = Decode(r.Created, &c.Created)
	}
	if r.Diff != nil && err == nil {
		err = Decode(r.Diff, &c.Diff)
	}
	if r.Money != nil && err == nil {
		err = Decode(r.Money, &c.Money)
	}
	if err != nil {
		return storage.Change{}, fmt.Errorf("change %v: %w", c.ID, err)
	}
	return c, nil
}
