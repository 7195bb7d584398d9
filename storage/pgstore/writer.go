package pgstore

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// writer writes to one account inside an open transaction. What it knows and wrote itself stands
// over what the group knows and wrote before it, and becomes part of that if fn succeeds.
type writer struct {
	reader
	group   *group
	own     *known
	pending *pending
	saved   bool // something of it was sent, behind a savepoint
	wrote   bool
	raised  user.Revision // the greatest ConfigVersion of a user that was put, in this transaction and before it
	changes int           // recorded by this transaction
	ahead   ahead
	births  int        // new users that were put
	assumed []user.Key // assumed to be free
	guesses bool       // a transfer's idempotency key may be assumed to be new
	guessed string     // the one that is

	loading bool // Load was called
	loads   user.Revision
	loaded  storage.ChangeID // the newest change
}

func (g *group) writer(s *Store) *writer {
	w := &writer{group: g, own: &known{}, pending: &pending{}, raised: g.config}
	w.reader = reader{
		store: s, link: g.link, account: g.account, writing: true, revision: g.revision, config: g.config,
		settings: g.settings, units: g.known.balances[balance.Account].units,
		flush: func(ctx context.Context) error { return w.send(ctx) },
	}
	w.begin()
	return w
}

// look asks the engine without sending what is pending: the maps have that.
func (w *writer) look(ctx context.Context, row func(sqlread.Row) error, sql string, args ...any) error {
	return query(ctx, asker{w.link}, row, sql, args...)
}

type statement struct {
	sql  string
	args []any
}

// send writes all that is pending, and then the statements, in one round trip.
func (w *writer) send(ctx context.Context, more ...statement) error {
	b := w.store.writes(w.account)
	g := w.group
	if g.pending.empty() && w.pending.empty() && len(more) == 0 {
		return nil
	}
	if err := w.confirm(ctx); err != nil {
		return err
	}
	if !g.locked {
		if err := w.store.lockLate(ctx, g); err != nil {
			return err
		}
		w.link = g.link
	}
	if g.pending.moves() {
		b.Queue(updateAccount, g.account, int64(g.counted), int64(g.config),
			int64(g.known.balances[balance.Account].units), g.pending.settings.orNull())
	}
	g.pending.queue(b)
	if !w.saved && (!w.pending.empty() || len(more) > 0) {
		if g.nested {
			b.Queue("RELEASE SAVEPOINT roster_fn")
		}
		b.Queue("SAVEPOINT roster_fn")
		w.saved, g.nested = true, true
	}
	if w.pending.moves() {
		b.Queue(updateAccount, g.account, int64(g.counted), int64(w.raised),
			int64(w.holding(balance.Account).units), w.pending.settings.orNull())
	}
	w.pending.queue(b)
	for _, s := range more {
		b.Queue(s.sql, s.args...)
	}
	g.pending, w.pending = &pending{}, &pending{}
	err := w.link.batch(ctx, &b.Batch)
	if err != nil {
		g.spoiled = true // it is not known which writes of the group were sent
	}
	return err
}

// finish makes what fn did a part of the group.
func (w *writer) finish() user.Revision {
	g := w.group
	for name, q := range w.own.sequences {
		if q.given > max(q.rows, q.noted) {
			q.noted = q.given
			w.own.sequences.set(name, q)
			w.pending.sequences.set(name, q.given)
		}
	}
	g.wrote = g.wrote || w.wrote || !w.pending.empty()
	g.known.learn(w.own)
	if g.pending.nothing() {
		g.pending = w.pending
	} else {
		g.pending.add(w.pending)
	}
	g.config, g.settings, g.guessed = w.raised, w.settings, w.guessed != ""
	if w.wrote {
		g.revision = w.Next()
	}
	return g.revision
}

func (w *writer) Next() user.Revision {
	if w.loading {
		return w.loads
	}
	return w.revision + 1
}

func (w *writer) NextID(ctx context.Context, name storage.Sequence) (int64, error) {
	if err := w.Check(ctx); err != nil {
		return 0, err
	}
	if !name.Valid() {
		return 0, w.Fail(ctx, fmt.Errorf("pgstore: sequence %d: %w", name, storage.ErrInvalid))
	}
	q, err := w.sequence(ctx, name)
	if err != nil {
		return 0, w.Fail(ctx, err)
	}
	if q.last() == math.MaxInt64 {
		return 0, w.Fail(ctx, fmt.Errorf("pgstore: no id is left: %w", storage.ErrLimit))
	}
	q.given = q.last() + 1
	w.own.sequences.set(name, q)
	return q.given, nil
}

// sequence returns what is known of a sequence. Ids of users and transfers stay in their tables for
// ever; those of reference data can go, and are then noted.
func (w *writer) sequence(ctx context.Context, name storage.Sequence) (sequence, error) {
	if q, ok := w.own.sequences[name]; ok {
		return q, nil
	}
	if q, ok := w.group.known.sequences[name]; ok {
		return q, nil
	}
	var q sequence
	var err error
	q.rows, q.noted, err = w.Sequence(ctx, name)
	if err == nil {
		w.own.sequences.set(name, q) // with what this transaction has put, so not the group's to keep if it fails
	}
	return q, err
}

// used notes that a row has the id.
func (w *writer) used(name storage.Sequence, id int64) {
	w.wrote = true
	q, ok := w.own.sequences[name]
	if !ok {
		q, ok = w.group.known.sequences[name]
	}
	if ok {
		q.rows = max(q.rows, id)
		w.own.sequences.set(name, q)
	}
}

func (w *writer) PutAccount(ctx context.Context, a user.Account) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	b, err := json.Marshal(a)
	if err != nil {
		return w.Fail(ctx, fmt.Errorf("pgstore: settings: %w: %w", storage.ErrInvalid, err))
	}
	w.settings = &settings{json: b}
	w.pending.settings = w.settings
	w.wrote = true
	return nil
}

func (w *writer) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	u, err := w.find(ctx, id)
	switch {
	case err != nil:
		return w.Fail(ctx, err)
	case u == nil:
		return errMissing
	case s.IsZero():
		w.pending.secrets.set(id, nil)
	default:
		b, err := user.MarshalSecret(s)
		if err != nil {
			return w.Fail(ctx, fmt.Errorf("pgstore: secret of user %d: %w: %w", id, storage.ErrInvalid, err))
		}
		w.pending.secrets.set(id, b)
	}
	w.wrote = true
	return nil
}

func (w *writer) PutReference(ctx context.Context, r user.Reference) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	if !r.Kind.Valid() || r.ID <= 0 {
		return w.Fail(ctx, fmt.Errorf("pgstore: %s %d: %w", r.Kind, r.ID, storage.ErrInvalid))
	}
	row, err := record.ReferenceOf(r)
	if err != nil {
		return w.Fail(ctx, fmt.Errorf("pgstore: %w: %w", storage.ErrInvalid, err))
	}
	var owner int64
	err = query(ctx, w, func(row sqlread.Row) error { return row.Scan(&owner) },
		"SELECT id FROM roster_refs WHERE account = $1 AND kind = $2 AND name = $3", w.account, row.Kind, row.Name)
	if err == nil && owner != 0 && owner != r.ID {
		err = &storage.ExistsError{What: "name", ID: owner}
	}
	if err != nil {
		return w.Fail(ctx, err)
	}
	w.used(storage.ReferenceIDs(r.Kind), r.ID)
	return w.Fail(ctx, w.send(ctx, statement{`INSERT INTO roster_refs (account, kind, id, name, version, attributes)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account, kind, id) DO UPDATE
		SET name = excluded.name, version = excluded.version, attributes = excluded.attributes`,
		[]any{w.account, row.Kind, row.ID, row.Name, row.Version, string(row.Attributes)}}))
}

func (w *writer) DeleteReference(ctx context.Context, k user.ReferenceKind, id int64) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	known := false
	err := query(ctx, w, func(row sqlread.Row) error { return row.Scan(&known) },
		"SELECT true FROM roster_refs WHERE account = $1 AND kind = $2 AND id = $3", w.account, k.String(), id)
	switch {
	case err != nil:
		return w.Fail(ctx, err)
	case !known:
		return errMissing
	}
	name := storage.ReferenceIDs(k)
	w.used(name, id)
	q, err := w.sequence(ctx, name)
	if err != nil {
		return w.Fail(ctx, err)
	}
	q.noted = q.last() // the row may be the one that showed it
	w.own.sequences.set(name, q)
	w.pending.sequences.set(name, q.noted)
	return w.Fail(ctx, w.send(ctx, statement{"DELETE FROM roster_refs WHERE account = $1 AND kind = $2 AND id = $3",
		[]any{w.account, k.String(), id}}))
}

func (w *writer) AppendChange(ctx context.Context, c storage.Change) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	id, err := w.place(c.ID)
	if err != nil {
		return w.Fail(ctx, err)
	}
	c.ID = id
	row, err := record.ChangeOf(c)
	if err != nil {
		return w.Fail(ctx, fmt.Errorf("pgstore: %w: %w", storage.ErrInvalid, err))
	}
	w.pending.changes = append(w.pending.changes, row)
	w.changes++
	w.wrote = true
	return nil
}

func (w *writer) Scrub(ctx context.Context, id user.ID) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	w.wrote = true
	args := []any{w.account, int64(id)}
	return w.Fail(ctx, w.send(ctx,
		statement{`UPDATE roster_changes SET created = NULL, diff = NULL, detail = NULL
			WHERE account = $1 AND user_id = $2 AND (created IS NOT NULL OR diff IS NOT NULL OR detail IS NOT NULL)`, args},
		statement{"UPDATE roster_postings SET login = '' WHERE account = $1 AND payee = $2", args},
		statement{"UPDATE roster_postings SET login = '' WHERE account = $1 AND payer = $2 AND payer <> 0 AND payee <= 0", args},
	))
}
