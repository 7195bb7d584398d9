package memstore

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"io"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// A snapshot is JSON Lines. The first line names the format and its version. Then each account comes
// as a line of its own, followed by its references, users, transfers and changes, one a line, with
// the field names of their JSON. The last line has the number of lines before it and their checksum.
const (
	snapshotFormat  = "roster memstore snapshot"
	snapshotVersion = 3
)

// checkEvery is how many lines come between two looks at the context.
const checkEvery = 1024

type title struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
}

// record is a line of a snapshot. One of the fields says what it is.
type record struct {
	Account   *accountRecord    `json:"account,omitempty"`
	Reference *user.Ref         `json:"reference,omitempty"`
	User      *user.User        `json:"user,omitempty"`
	Secret    json.RawMessage   `json:"secret,omitempty"` // of the user
	Transfer  *balance.Transfer `json:"transfer,omitempty"`
	Change    *storage.Change   `json:"change,omitempty"`
	// AsNow says that the change created the user as it still is, and leaves it out.
	AsNow bool `json:"asNow,omitempty"`
}

type accountRecord struct {
	ID       user.AccountID   `json:"id"`
	Counters storage.Counters `json:"counters"`
	Config   user.Revision    `json:"configRevision,omitempty"`
	Settings *user.Account    `json:"settings,omitempty"`
}

// lastLine returns the last line of a snapshot of so many lines before it.
func lastLine(lines int, sum hash.Hash) []byte {
	return fmt.Appendf(nil, `{"end":{"lines":%d,"sha256":"%x"}}`+"\n", lines, sum.Sum(nil))
}

// Snapshot writes all accounts to w, as they are at one moment, while readers and writers go on. The
// stream holds everything, the hashes of passwords too: keep it as you keep the passwords. The
// same data give the same bytes.
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
	out := snapshotWriter{ctx: ctx, store: s, to: bufio.NewWriterSize(w, 1<<16), sum: sha256.New()}
	out.json = json.NewEncoder(io.MultiWriter(out.to, out.sum))
	out.json.SetEscapeHTML(false)
	out.put(title{snapshotFormat, snapshotVersion})
	for row := range all[accountRow](s.db.Txn(false), tableAccounts) {
		out.account(row)
	}
	if out.err == nil {
		_, out.err = out.to.Write(lastLine(out.lines, out.sum))
	}
	if out.err == nil {
		out.err = out.to.Flush()
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
	to    *bufio.Writer
	sum   hash.Hash
	json  *json.Encoder
	lines int
	err   error
}

func (w *snapshotWriter) put(line any) bool {
	if w.err == nil && w.lines%checkEvery == 0 {
		if w.err = w.ctx.Err(); w.store.isClosed() {
			w.err = storage.ErrClosed
		}
	}
	if w.err == nil {
		w.err = w.json.Encode(line)
		w.lines++
	}
	return w.err == nil
}

func (w *snapshotWriter) account(now *accountRow) {
	r := reader{store: w.store, rows: now.rows, head: now}
	w.put(record{Account: &accountRecord{
		ID: now.id, Counters: storage.Counters{Revision: now.revision, Compacted: now.compacted, Given: now.given},
		Config: now.config, Settings: now.settings,
	}})
	for row := range all[referenceRow](r.rows, tableReferences) {
		if !w.put(record{Reference: &row.Ref}) {
			return
		}
	}
	for page := range all[userPage](r.rows, tableUsers) {
		for _, u := range page.users {
			if u != nil && !w.user(&r, u) {
				return
			}
		}
	}
	for row := range all[transferRow](r.rows, tableTransfers) {
		if !w.put(record{Transfer: &row.Transfer}) {
			return
		}
	}
	for c := range r.changesAfter(storage.ChangeID{}) {
		line := record{Change: &c, AsNow: c.Created != nil && c.Created == r.user(c.UserID)}
		if line.AsNow {
			c.Created = nil
		}
		if !w.put(line) {
			return
		}
	}
}

func (w *snapshotWriter) user(r *reader, u *user.User) bool {
	line := record{User: u}
	if row := get[secretRow](r.rows, tableSecrets, byID, number(nil, uint64(u.ID))); row != nil && w.err == nil {
		line.Secret, w.err = marshalSecret(row.secret)
	}
	return w.put(line)
}
