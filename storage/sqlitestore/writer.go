package sqlitestore

import (
	"context"
	"fmt"
	"math"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/codec"
	"github.com/ca74b63c/roster/user"
)

// writer writes to one account inside an open transaction.
type writer struct {
	reader
	id        user.AccountID
	wrote     bool
	raised    user.Revision // the greatest ConfigVersion of a user that was put, in this transaction and before it
	changes   int           // recorded by this transaction
	sequences map[storage.Sequence]*sequence
	last      int64 // greatest id of a transfer, once lastRead
	lastRead  bool
	documents int64 // greatest number of a text, 0 until it is read

	loading bool // Load was called
	loads   user.Revision
	loaded  storage.ChangeID // the newest change
}

// sequence is what is known of a sequence that NextID was asked for. put is the greatest id of a row, which needs no
// other note; given the greatest one that NextID returned.
type sequence struct{ put, given int64 }

// open reads the account's number and revisions.
func (w *writer) open(ctx context.Context) error {
	v, ok, err := one(ctx, w.engine, "SELECT number, revision, config FROM roster_accounts WHERE id = ?", blob(w.id))
	if ok {
		w.account, w.revision, w.config = number(v[0]), user.Revision(number(v[1])), user.Revision(number(v[2]))
		w.raised = w.config
	}
	return err
}

// writable returns why a writing method may not run, and sees to it that the account has a number.
func (w *writer) writable(ctx context.Context) error {
	if err := w.alive(ctx); err != nil {
		return err
	}
	if w.account != 0 {
		return nil
	}
	if _, err := w.engine.exec("INSERT INTO roster_accounts (id) VALUES (?)", blob(w.id)); err != nil {
		return w.noted(ctx, err)
	}
	return w.noted(ctx, w.open(ctx))
}

// finish writes the revisions and what NextID gave out that no row shows.
func (w *writer) finish(ctx context.Context) (user.Revision, error) {
	for name, q := range w.sequences {
		if q.given > q.put {
			if err := w.keepSequence(name, q.given); err != nil {
				return 0, named(ctx, err)
			}
		}
	}
	if !w.wrote {
		return w.revision, nil
	}
	_, err := w.engine.exec("UPDATE roster_accounts SET revision = ?, config = ? WHERE number = ?",
		int64(w.Next()), int64(w.raised), w.account)
	return w.Next(), named(ctx, err)
}

func (w *writer) keepSequence(name storage.Sequence, last int64) error {
	_, err := w.engine.exec(`INSERT INTO roster_sequences (account, name, last) VALUES (?, ?, ?)
		ON CONFLICT (account, name) DO UPDATE SET last = max(last, excluded.last)`, w.account, int64(name), last)
	return err
}

func (w *writer) Next() user.Revision {
	if w.loading {
		return w.loads
	}
	return w.revision + 1
}

func (w *writer) NextID(ctx context.Context, name storage.Sequence) (int64, error) {
	if err := w.writable(ctx); err != nil {
		return 0, err
	}
	if !name.Valid() {
		return 0, w.noted(ctx, fmt.Errorf("sqlitestore: sequence %d: %w", name, storage.ErrInvalid))
	}
	q, err := w.sequence(ctx, name)
	if err != nil {
		return 0, w.noted(ctx, err)
	}
	last := max(q.put, q.given)
	if last == math.MaxInt64 {
		return 0, w.noted(ctx, fmt.Errorf("sqlitestore: no id is left: %w", storage.ErrLimit))
	}
	q.given = last + 1
	return q.given, nil
}

// sequence returns what is known of a sequence. Ids of users and transfers stay in their tables for ever; those of
// reference data can go, and are then noted.
func (w *writer) sequence(ctx context.Context, name storage.Sequence) (*sequence, error) {
	if q := w.sequences[name]; q != nil {
		return q, nil
	}
	kind := int64(name) - int64(storage.RefIDs(0))
	query, args := "SELECT max(id) FROM roster_refs WHERE account = ? AND kind = ?", []any{w.account, kind}
	switch name {
	case storage.UserIDs:
		query, args = "SELECT max(id) FROM roster_users WHERE account = ?", args[:1]
	case storage.TransferIDs:
		query, args = "SELECT max(id) FROM roster_transfers WHERE account = ?", args[:1]
	}
	rows, _, err := one(ctx, w.engine, query, args...)
	if err != nil {
		return nil, err
	}
	noted, ok, err := one(ctx, w.engine, "SELECT last FROM roster_sequences WHERE account = ? AND name = ?",
		w.account, int64(name))
	if err != nil {
		return nil, err
	}
	q := &sequence{put: number(rows[0])}
	if ok {
		q.put = max(q.put, number(noted[0]))
	}
	if w.sequences == nil {
		w.sequences = make(map[storage.Sequence]*sequence)
	}
	w.sequences[name] = q
	return q, nil
}

// used notes that a row has the id.
func (w *writer) used(name storage.Sequence, id int64) {
	if q := w.sequences[name]; q != nil {
		q.put = max(q.put, id)
	}
	w.wrote = true
}

func (w *writer) PutAccount(ctx context.Context, a user.Account) error {
	if err := w.writable(ctx); err != nil {
		return err
	}
	_, err := w.engine.exec("UPDATE roster_accounts SET settings = ? WHERE number = ?",
		codec.AppendAccount(nil, a), w.account)
	w.wrote = true
	return w.noted(ctx, err)
}

func (w *writer) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	if err := w.writable(ctx); err != nil {
		return err
	}
	_, ok, err := one(ctx, w.engine, "SELECT 1 FROM roster_users WHERE account = ? AND id = ?", w.account, int64(id))
	switch {
	case err != nil:
		return w.noted(ctx, err)
	case !ok:
		return errMissing
	case s.IsZero():
		_, err = w.engine.exec("DELETE FROM roster_secrets WHERE account = ? AND user = ?", w.account, int64(id))
	default:
		_, err = w.engine.exec(`INSERT INTO roster_secrets (account, user, body) VALUES (?, ?, ?)
			ON CONFLICT (account, user) DO UPDATE SET body = excluded.body`, w.account, int64(id), codec.AppendSecret(nil, s))
	}
	w.wrote = true
	return w.noted(ctx, err)
}

func (w *writer) PutRef(ctx context.Context, r user.Ref) error {
	if err := w.writable(ctx); err != nil {
		return err
	}
	if !r.Kind.Valid() || r.ID <= 0 {
		return w.noted(ctx, fmt.Errorf("sqlitestore: %s %d: %w", r.Kind, r.ID, storage.ErrInvalid))
	}
	_, err := w.engine.exec(`INSERT INTO roster_refs (account, kind, id, name, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (account, kind, id) DO UPDATE SET name = excluded.name, body = excluded.body`,
		w.account, int64(r.Kind), r.ID, blob(r.Name), codec.AppendRef(nil, r))
	if isConstraint(err) {
		err = w.taken(ctx, err, "name", "SELECT id FROM roster_refs WHERE account = ? AND kind = ? AND name = ?",
			w.account, int64(r.Kind), blob(r.Name))
	}
	w.used(storage.RefIDs(r.Kind), r.ID)
	return w.noted(ctx, err)
}

// taken returns an *ExistsError that names the row which the query finds, or err if it finds none.
func (w *writer) taken(ctx context.Context, err error, what, query string, args ...any) error {
	v, ok, found := one(ctx, w.engine, query, args...)
	switch {
	case found != nil:
		return found
	case !ok:
		return err
	}
	return &storage.ExistsError{What: what, ID: number(v[0])}
}

func (w *writer) DeleteRef(ctx context.Context, k user.RefKind, id int64) error {
	if err := w.writable(ctx); err != nil {
		return err
	}
	n, err := w.engine.exec("DELETE FROM roster_refs WHERE account = ? AND kind = ? AND id = ?", w.account, int64(k), id)
	switch {
	case err != nil:
		return w.noted(ctx, err)
	case n == 0:
		return errMissing
	}
	w.wrote = true
	return w.noted(ctx, w.keepSequence(storage.RefIDs(k), id))
}

func (w *writer) AppendChange(ctx context.Context, c storage.Change) error {
	if err := w.writable(ctx); err != nil {
		return err
	}
	var before, after, about any
	if len(c.Diff) > 0 {
		before = codec.AppendDiff(nil, c.Diff)
	}
	if c.Created != nil {
		after = codec.AppendUser(nil, *c.Created)
	}
	if c.UserID != 0 {
		about = int64(c.UserID)
	}
	id, err := w.place(c.ID)
	if err != nil {
		return w.noted(ctx, err)
	}
	_, err = w.engine.exec(`INSERT INTO roster_changes (account, revision, position, user, body, before, after, detail)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, w.account, signed(id.Revision), int64(id.Index), about,
		codec.AppendChange(nil, c), before, after, orNull(c.Detail))
	w.changes++
	w.wrote = true
	return w.noted(ctx, err)
}

const scrubChanges = `UPDATE roster_changes INDEXED BY roster_changes_of_user
	SET before = NULL, after = NULL, detail = NULL WHERE account = ? AND user = ?`

func (w *writer) Scrub(ctx context.Context, id user.ID) error {
	if err := w.writable(ctx); err != nil {
		return err
	}
	w.wrote = true
	for _, s := range []string{
		scrubChanges,
		`UPDATE roster_postings INDEXED BY roster_postings_by_payee SET name = x''
			WHERE account = ? AND payee = ? AND payee <> 0`,
		`UPDATE roster_postings INDEXED BY roster_postings_by_payer SET name = x''
			WHERE account = ? AND payer = ? AND payer <> 0 AND payee <= 0`,
	} {
		if _, err := w.engine.exec(s, w.account, int64(id)); err != nil {
			return w.noted(ctx, err)
		}
	}
	return nil
}
