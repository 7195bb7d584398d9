package record

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// ChangeRow returns the values of the change c for the columns that ScanChange reads. A zero value
// becomes NULL, except in the id and the type. It returns an error for a kind of reference data
// that does not exist, and for a Created, Diff or Money that cannot be encoded as JSON.
func ChangeRow(c storage.Change) ([]any, error) {
	var err error
	encoded := func(there bool, v any) any {
		if !there || err != nil {
			return nil
		}
		var b []byte
		b, err = json.Marshal(v)
		return string(b)
	}
	created, diff, money := encoded(c.Created != nil, c.Created), encoded(len(c.Diff) > 0, c.Diff), encoded(c.Money != nil, c.Money)
	kind := ""
	if c.ReferenceKind != 0 && err == nil {
		kind, err = nameOf(c.ReferenceKind)
	}
	if err != nil {
		return nil, fmt.Errorf("change %v: %w", c.ID, err)
	}
	return []any{
		int64(c.ID.Revision), int64(c.ID.Index), NullTime(c.At), string(c.Type), Null(int64(c.Actor)), Null(int64(c.UserID)),
		Null(c.Reason), created, diff, Null(kind), Null(c.ReferenceID), Null(int64(c.TransferID)), money, Null(c.Detail),
	}, nil
}

// ScanChange converts a row of roster_changes to a change. The row begins with the columns of a
// change, without the account. The columns after them go to the pointers in the parameter more.
// Errors: those of row.Scan; an error for a kind of reference data that does not exist, or for JSON
// of Created, Diff or Money that cannot be decoded.
func ScanChange(row Row, more ...any) (storage.Change, error) {
	var revision, position int64
	var kindOfChange string
	var at *time.Time
	var actor, about, reference, transfer *int64
	var reason, kind, detail *string
	var created, diff, money []byte
	err := row.Scan(append([]any{&revision, &position, &at, &kindOfChange, &actor, &about, &reason, &created, &diff, &kind,
		&reference, &transfer, &money, &detail}, more...)...)
	if err != nil {
		return storage.Change{}, err
	}
	c := storage.Change{
		ID: storage.ChangeID{Revision: user.Revision(revision), Index: int(position)},
		At: utc(at), Type: storage.ChangeType(kindOfChange), Actor: user.ID(OrZero(actor)), UserID: user.ID(OrZero(about)),
		Reason: OrZero(reason), ReferenceID: OrZero(reference), TransferID: balance.TransferID(OrZero(transfer)), Detail: OrZero(detail),
	}
	if kind != nil {
		err = parse(*kind, &c.ReferenceKind)
	}
	if created != nil && err == nil {
		err = Decode(created, &c.Created)
	}
	if diff != nil && err == nil {
		err = Decode(diff, &c.Diff)
	}
	if money != nil && err == nil {
		err = Decode(money, &c.Money)
	}
	if err != nil {
		return storage.Change{}, fmt.Errorf("change %v: %w", c.ID, err)
	}
	return c, nil
}
