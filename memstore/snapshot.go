package memstore

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"io"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// The first line of a snapshot. The package documentation lists the others.
const (
	anyTitle = `format {"name":"roster memstore snapshot","version":`
	title    = anyTitle + "3}\n"
)

// accountLine is the JSON of the line that begins an account in a snapshot.
type accountLine struct {
	ID       user.AccountID   `json:"id"`
	Counters storage.Counters `json:"counters"`
	Config   user.Revision    `json:"configRevision,omitempty"`
	Settings *user.Account    `json:"settings,omitempty"`
}

type secretLine struct {
	User   user.ID         `json:"user"`
	Secret json.RawMessage `json:"secret"` // of user.MarshalSecret
}

type letterLine struct {
	Delivery string             `json:"delivery"`
	Letter   storage.DeadLetter `json:"letter"`
}

// lastLine returns the last line of a snapshot: the number of lines before it, and their checksum.
func lastLine(lines int, sum hash.Hash) []byte {
	return fmt.Appendf(nil, "end {\"lines\":%d,\"sha256\":\"%x\"}\n", lines, sum.Sum(nil))
}

// Snapshot writes all accounts to w, as they are at one moment. Other calls can read and write the
// store meanwhile, and their writes are not in the snapshot. The stream contains everything,
// including the hashes of passwords, so protect the stream like the passwords. The same data always
// produce the same bytes. After an error the stream is incomplete, and Restore rejects it.
//
// Errors: storage.ErrInvalid if the context or the writer is nil; storage.ErrClosed; the context's
// error; storage.ErrNestedTx; those of w.
func (s *Store) Snapshot(ctx context.Context, w io.Writer) error {
	end, err := s.begin(ctx, true)
	if err != nil {
		return err
	}
	defer end()
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
		_, _ = to.Write(lastLine(out.lines, sum)) // Flush returns its error
		out.err = to.Flush()
	}
	if out.err != nil {
		return fmt.Errorf("memstore: writing a snapshot: %w", out.err)
	}
	return nil
}

// snapshotWriter writes the lines of a snapshot. After the first error it writes nothing more.
type snapshotWriter struct {
	ctx   context.Context
	store *Store
	to    io.Writer
	lines int
	err   error
}

func (w *snapshotWriter) put(word string, v any) {
	if w.store.gate.IsClosing() {
		w.err = storage.ErrClosed
	}
	if w.err = cmp.Or(w.err, w.ctx.Err()); w.err != nil {
		return
	}
	if _, w.err = io.WriteString(w.to, word+" "); w.err == nil {
		w.err = json.NewEncoder(w.to).Encode(v)
	}
	w.lines++
}

func (w *snapshotWriter) account(now *accountRow) {
	r := reader{store: w.store, rows: now.rows, head: now}
	counters := storage.Counters{Revision: now.revision, Compacted: now.compacted, Given: now.given}
	w.put("account", accountLine{now.id, counters, now.config, now.settings})
	for row := range all[referenceRow](r.rows, tableReferences) {
		w.put("reference", &row.Reference)
	}
	for page := range all[userPage](r.rows, tableUsers) {
		for _, u := range page.users {
			if u != nil {
				w.put("user", u)
			}
		}
	}
	for row := range all[secretRow](r.rows, tableSecrets) {
		b, err := user.MarshalSecret(row.secret)
		w.err = cmp.Or(w.err, err)
		w.put("secret", secretLine{row.id, b})
	}
	for row := range r.allTransfers(&storage.TransferQuery{}) {
		w.put("transfer", &row.Transfer)
	}
	for c := range r.changesAfter(storage.ChangeID{}) {
		word := "change"
		if c.Created != nil && c.Created == r.user(c.UserID) {
			word, c.Created = "creation", nil
		}
		w.put(word, &c)
	}
	for row := range all[deliveryRow](r.rows, tableDeliveries) {
		w.put("delivery", row.Delivery)
	}
	for row := range all[letterRow](r.rows, tableLetters) {
		w.put("letter", letterLine{row.name, row.DeadLetter})
	}
}
