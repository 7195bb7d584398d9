package roster

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"iter"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Export writes one JSON object to w with all data that the account stores about one user, also a
// deleted one: the copy to which a person has a right by article 15 of the GDPR. The object has
// these members, in this order:
//   - account, at, revision: the account, the time of the export, and the revision of the account
//   - user: the user with all settings and custom attributes, as Settings returns the user
//   - balance, parent: UserBalance.Own and UserBalance.Parent
//   - entries: the statement of the user, as Statement returns it
//   - changes: the changes about the user, as Changes returns them
//   - made: the changes that the user made to other users and to the account, without the data of
//     the others (storage.Change.Scrubbed) and without money
//   - deadLetters: the changes about the user that a delivery gave up (Deliver), each with the name
//     of the delivery and the time of the last attempt, in the order of the deliveries
//
// The lists entries, changes and made run from the newest item to the oldest that the account
// keeps. The object contains no password and no hash, and of reference data only the ids. In
// entries, a balance or a name of another user that the actor may not read is left out.
//
// All data are from one state of the account: Export keeps a read transaction open until w has
// received the object. Pass a file or a buffer as w if a client may be slow. Export holds at most
// storage.MaxPage items in memory. After an error, w may have received a part of the object.
//
// The actor needs permission.UserRead, UserReadSettings, MoneyRead, StatementRead and ChangesRead
// for the user. A row of a policy with these actions and the scope permission.Self lets users
// export their own data.
//
// Errors, in this order:
//   - *validate.Error at /writer for a nil w
//   - storage.ErrNotFound if the user does not exist or is hidden. An actor that may read no user
//     gets *permission.Denied instead.
//   - *permission.Denied for the first of these actions that the actor may not do
//   - storage.ErrNotFound if the account does not exist
//   - the error of w, of the policy, of the storage and of the context
func (h Handle) Export(ctx context.Context, id user.ID, w io.Writer) error {
	m := method{name: "Export"}
	if w == nil {
		m.invalid = problem("/writer", validate.Required)
	}
	_, err := runView(ctx, &h, m, noResult(func(ctx context.Context, s *readTx) error {
		e := exporter{w: bufio.NewWriter(w)}
		u, err := s.exportedUser(ctx, id)
		if err == nil {
			err = s.export(ctx, &e, u)
		}
		if err != nil {
			return err
		}
		return e.w.Flush()
	}), id)
	return err
}

// exportedUser returns the user with the id, also a deleted one, if the actor may do every action
// that Export needs. Errors: storage.ErrNotFound; *permission.Denied for the first action that is
// denied; those of the policy and the storage.
func (s *readTx) exportedUser(ctx context.Context, id user.ID) (user.User, error) {
	u, err := s.authorizedTarget(ctx, id, permission.UserRead, true)
	for _, action := range []permission.Action{
		permission.UserReadSettings, permission.MoneyRead, permission.StatementRead, permission.ChangesRead,
	} {
		if err == nil {
			err = s.allow(ctx, s.request(action, permission.TargetOf(u)))
		}
	}
	return u, err
}

// export writes the JSON object of Export for the user u to the buffer of e. The caller has checked
// the permission (exportedUser) and flushes the buffer. Errors: storage.ErrNotFound if the account
// does not exist; those of the policy, the storage and the writer.
func (s *readTx) export(ctx context.Context, e *exporter, u user.User) error {
	money, err := s.userBalances(ctx, []user.User{u})
	if err != nil {
		return err
	}
	e.value(`{"account":`, s.h.account)
	e.value(",\n\"at\":", s.now.Format(time.RFC3339Nano))
	e.value(",\n\"revision\":", s.Revision())
	e.value(",\n\"user\":", u)
	e.value(",\n\"balance\":", money[0].Own)
	e.value(",\n\"parent\":", money[0].Parent)
	exportList(e, "entries", s.allEntries(ctx, balance.HolderOf(u.ID)))
	exportList(e, "changes", s.allChanges(ctx, storage.ChangeQuery{UserID: u.ID}))
	exportList(e, "made", s.changesToOthers(ctx, u.ID))
	exportList(e, "deadLetters", s.deadLettersAbout(ctx, u.ID))
	e.text("}\n")
	return e.err
}

// exporter writes the JSON of an export. After an error its methods do nothing.
type exporter struct {
	w   *bufio.Writer
	err error
}

// text writes a text as it is.
func (e *exporter) text(s string) {
	if e.err == nil {
		_, e.err = e.w.WriteString(s)
	}
}

// value writes the text prefix as it is, and then v as JSON. A prefix is, for example, the name of
// a member with a colon. value stores the first error in e.err. After an error it writes nothing.
func (e *exporter) value(prefix string, v any) {
	e.text(prefix)
	b, err := json.Marshal(v)
	if e.err = firstOf(e.err, err); e.err == nil {
		_, e.err = e.w.Write(b)
	}
}

// exportList writes one member of a JSON object: a comma, the name, and a JSON array with the items
// in order. If items yields an error or a write fails, exportList stores the error in e.err and
// stops; the array is then incomplete.
func exportList[T any](e *exporter, name string, items iter.Seq2[T, error]) {
	e.text(",\n\"" + name + "\":[")
	separator := "\n"
	for item, err := range items {
		if e.err = firstOf(e.err, err); e.err != nil {
			return
		}
		e.value(separator, item)
		separator = ",\n"
	}
	e.text("]")
}

// allEntries yields the entries of the statement of a holder, the newest first. A balance or a name
// that the actor may not read is left out. allEntries ends after an error of the policy or the
// storage.
func (s *readTx) allEntries(ctx context.Context, of balance.Holder) iter.Seq2[balance.Entry, error] {
	return paged(storage.EntryID{}, storage.MaxPage, func(before storage.EntryID, limit int) ([]balance.Entry, error) {
		return s.entries(ctx, of, before, limit)
	}, storage.EntryIDOf)
}

// allChanges yields the changes that q selects, the newest first. It ends after an error of the
// storage.
func (s *readTx) allChanges(ctx context.Context, q storage.ChangeQuery) iter.Seq2[storage.Change, error] {
	return paged(q.After, storage.MaxPage, func(after storage.ChangeID, limit int) ([]storage.Change, error) {
		q.Newest, q.After, q.Limit = true, after, limit
		return s.Changes(ctx, q)
	}, func(c storage.Change) storage.ChangeID { return c.ID })
}

// changesToOthers yields the changes that the user in the parameter by made, except those about
// this user, the newest first. It removes the data of other users and the money from each. It ends
// after an error of the storage.
func (s *readTx) changesToOthers(ctx context.Context, by user.ID) iter.Seq2[storage.Change, error] {
	return func(yield func(storage.Change, error) bool) {
		for c, err := range s.allChanges(ctx, storage.ChangeQuery{Actor: by}) {
			if err == nil && c.UserID == by {
				continue
			}
			c = c.Scrubbed()
			c.Money = nil
			if !yield(c, err) {
				return
			}
		}
	}
}

// exportedLetter is a dead letter in an export. It lacks the text of the error, which may say how
// the host's handler works.
type exportedLetter struct {
	Delivery string         `json:"delivery"`
	At       time.Time      `json:"at,omitzero"`
	Change   storage.Change `json:"change"`
}

// deadLettersAbout yields the dead letters of all deliveries whose change is about the user with
// the id. To find them it reads every dead letter. It ends after an error of the storage.
func (s *readTx) deadLettersAbout(ctx context.Context, id user.ID) iter.Seq2[exportedLetter, error] {
	deliveries := paged("", storage.MaxPage, func(after string, limit int) ([]storage.Delivery, error) {
		return s.Deliveries(ctx, after, limit)
	}, func(d storage.Delivery) string { return d.Name })
	return func(yield func(exportedLetter, error) bool) {
		for d, err := range deliveries {
			if err != nil {
				yield(exportedLetter{}, err)
				return
			}
			letters := paged(storage.ChangeID{}, storage.MaxPage, func(after storage.ChangeID, limit int) ([]storage.DeadLetter, error) {
				return s.DeadLetters(ctx, d.Name, after, limit)
			}, func(l storage.DeadLetter) storage.ChangeID { return l.Change.ID })
			for l, err := range letters {
				if err == nil && l.Change.UserID != id {
					continue
				}
				if !yield(exportedLetter{d.Name, l.At, l.Change}, err) || err != nil {
					return
				}
			}
		}
	}
}
