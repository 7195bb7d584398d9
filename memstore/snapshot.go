package memstore

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"io"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// A snapshot is lines of a word, a space and JSON with the field names of the public JSON forms:
//
//	format    the title, which is the first line
//	account   an accountLine; what follows belongs to this account
//	reference a user.Ref
//	user      a user.User
//	secret    what user.MarshalSecret returns for the secret of the user before it
//	transfer  a balance.Transfer
//	change    a storage.Change
//	creation  a storage.Change without Created, which is the user as it still is
//	end       the number of lines before it and their checksum
const (
	anyTitle = `format {"name":"roster memstore snapshot","version":`
	title    = anyTitle + "3}\n"
)

// accountLine is what an account has one of.
type accountLine struct {
	ID       user.AccountID   `json:"id"`
	Counters storage.Counters `json:"counters"`
	Config   user.Revision    `json:"configRevision,omitempty"`
	Settings *user.Account    `json:"settings,omitempty"`
}

// lastLine returns the last line of a snapshot.
func lastLine(lines int, sum hash.Hash) []byte {
	return fmt.Appendf(nil, "end {\"lines\":%d,\"sha256\":\"%x\"}\n", lines, sum.Sum(nil))
}

// checkEvery is how many lines come between two looks at the context.
const checkEvery = 1024

// Snapshot writes all accounts to w, as they are at one moment, while readers and writers go on. The
// stream holds everything, the hashes of passwords too: keep it as you keep the passwords. The same
// data give the same bytes.
//
// Errors: storage.ErrInvalid without a context or a writer, storage.ErrClosed, the context's, those
// of w.
func (s *Store) Snapshot(ctx context.Context, w io.Writer) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	if w == nil {
		return fmt.Errorf("memstore: a snapshot needs a writer: %w", storage.ErrInvalid)
	}
	sum, to := sha256.New(), bufio.NewWriterSize(w, 1<<16)
	out := snapshotWriter{ctx: ctx, store: s, to: io.MultiWriter(to, sum), lines: 1}
	_, out.err = io.WriteString(out.to, title)
	for row := range all[accountRow](s.db.Txn(false), tableAccounts) {
		out.account(row)
	}
	if out.err == nil {
		_, out.err = to.Write(lastLine(out.lines, sum))
	}
	if out.err == nil {
		out.err = to.Flush()
	}
	if out.err != nil {
		return fmt.Errorf("memstore: writing a snapshot: %w", out.err)
	}
	return nil
}

// snapshotWriter writes lines. After an error it writes nothing more.
type snapshotWriter struct {
	ctx   context.Context
	store *Store
	to    io.Writer
	lines int
	err   error
}

func (w *snapshotWriter) put(word string, v any) {
	if w.err == nil && w.lines%checkEvery == 0 {
		if w.err = w.ctx.Err(); w.store.isClosed() {
			w.err = storage.ErrClosed
		}
	}
	var line []byte
	if w.err == nil {
		line, w.err = encoded(v)
	}
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.to, "%s %s\n", word, line)
		w.lines++
	}
}

// encoded is json.Marshal, which reads once more what a type says that encodes itself.
func encoded(v any) ([]byte, error) {
	if own, ok := v.(json.Marshaler); ok {
		return own.MarshalJSON()
	}
	return json.Marshal(v)
}

func (w *snapshotWriter) account(now *accountRow) {
	r := reader{store: w.store, rows: now.rows, head: now}
	counters := storage.Counters{Revision: now.revision, Compacted: now.compacted, Given: now.given}
	w.put("account", accountLine{now.id, counters, now.config, now.settings})
	for row := range all[referenceRow](r.rows, tableReferences) {
		w.put("reference", &row.Ref)
	}
	for page := range all[userPage](r.rows, tableUsers) {
		for _, u := range page.users {
			if u == nil || w.err != nil {
				continue
			}
			w.put("user", u)
			if row := get[secretRow](r.rows, tableSecrets, byID, number(nil, uint64(u.ID))); row != nil {
				var b json.RawMessage
				b, w.err = user.MarshalSecret(row.secret)
				w.put("secret", b)
			}
		}
	}
	for row := range all[transferRow](r.rows, tableTransfers) {
		w.put("transfer", &row.Transfer)
	}
	for c := range r.changesAfter(storage.ChangeID{}) {
		word := "change"
		if c.Created != nil && c.Created == r.user(c.UserID) {
			word, c.Created = "creation", nil
		}
		w.put(word, &c)
	}
}
