package pgstore

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/storage/internal/sqlwrite"
	"github.com/ca74b63c/roster/user"
)

// writer is the storage.Writer of one run of a function. What it read and wrote takes precedence
// over what its group knows, and becomes the group's if the function succeeds. It also is the
// sqlwrite.Engine of the sqlwrite.Writer that it embeds.
type writer struct {
	reader
	sqlwrite.Writer
	group   *group
	own     *known
	pending *pending
	saved   bool // something of it was sent, behind a savepoint
	ahead   ahead
	births  int        // new users that were put
	assumed []user.Key // assumed to be free
	guesses bool       // a transfer's idempotency key may be assumed to be new
	guessed string     // the one that is
}

func (g *group) writer(s *Store) *writer {
	w := &writer{group: g, own: &known{}, pending: &pending{}}
	w.reader = reader{
		store: s, link: g.link, account: g.account, writing: true, settings: g.settings,
		flush: func(ctx context.Context) error { return w.Exec(ctx) },
	}
	w.begin(g.becomes())
	w.Writer.Open(w, &w.Reader, g.account)
	w.Counts.Begin(g.revision, g.config, w.Sequence)
	for name, q := range g.known.sequences {
		w.Counts.Know(name, q)
	}
	return w
}

// peek runs a SELECT without sending the pending writes, which the caller must look up itself.
func (w *writer) peek(ctx context.Context, row func(sqlread.Row) error, sql string, args ...any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return query(ctx, asker{w.link}, row, sql, args...)
}

// Exec implements sqlwrite.Engine. In one round trip it sends the pending writes of the group,
// those of this Update, and the statements of the parameter more, in this order. If there is
// nothing to send, Exec does nothing. Before the round trip, Exec asks the database about the
// assumptions (confirm), and locks the account's row if the group has no lock. Before the first
// writes of this Update it sets a savepoint.
//
// Errors: errAssumed, errStale, the context's, and the engine's. If the round trip fails, the group
// can no longer commit.
func (w *writer) Exec(ctx context.Context, more ...sqlwrite.Statement) error {
	g := w.group
	mine := len(more) > 0 || !w.pending.empty()
	if !mine && g.pending.empty() {
		return nil
	}
	if err := w.confirm(ctx); err != nil {
		return err
	}
	if !g.locked {
		if err := w.store.lock(ctx, g, begin); err != nil {
			return err
		}
		w.link = g.link
	}
	var b pgx.Batch
	g.pending.queue(&b, g.account)
	if mine && !w.saved {
		if g.nested {
			b.Queue("RELEASE SAVEPOINT roster_fn")
		}
		b.Queue("SAVEPOINT roster_fn")
		w.saved, g.nested = true, true
	}
	w.pending.queue(&b, g.account)
	for _, s := range more {
		b.Queue(s.SQL, s.Args...)
	}
	g.pending, w.pending = &pending{}, &pending{}
	err := w.link.batch(ctx, &b)
	if err != nil {
		g.spoiled = true // it is not known which writes of the group were sent
	}
	return err
}

// finish adds to the group what the function of a successful Update wrote and read. It returns the
// account's revision after the function. If the function took an id from a sequence and no row has
// the id, finish also records the id. If finish returns an error, the group is unchanged.
func (w *writer) finish(ctx context.Context) (user.Revision, error) {
	if err := w.Note(ctx); err != nil {
		return 0, err
	}
	g := w.group
	revision, config, wrote := w.Counts.Result()
	g.wrote = g.wrote || wrote || w.saved || !w.pending.empty()
	g.known.users.overlay(w.own.users)
	g.known.owners.overlay(w.own.owners)
	g.known.balances.overlay(w.own.balances)
	for name, q := range w.Counts.Known() {
		g.known.sequences.set(name, q)
	}
	g.pending.add(w.pending)
	g.revision, g.config, g.settings, g.guessed = revision, config, w.settings, w.guessed != ""
	return revision, nil
}

// Prepare implements sqlwrite.Engine.
func (w *writer) Prepare(context.Context) error { return nil }

// Put implements sqlwrite.Engine. It records a row of table t as a pending write. If the row is a
// unique key, Put also records its owner. Put never returns an error.
func (w *writer) Put(_ context.Context, t sqlwrite.Table, values ...any) error {
	w.pending.put(t, row{values: values})
	if t == sqlwrite.UniqueKeys {
		w.own.owners.set(keyOf(values), user.ID(values[2].(int64)))
	}
	return nil
}

// Unsent implements sqlwrite.Engine.
func (w *writer) Unsent(t sqlwrite.Table) bool { return len(w.pending.tables[t].list) > 0 }

// Delete implements sqlwrite.Engine. It records, as a pending write, that the row of table t with
// the key is deleted. If the row is a unique key, the key then has no owner. Delete never returns
// an error.
func (w *writer) Delete(_ context.Context, t sqlwrite.Table, key ...any) error {
	w.pending.put(t, row{key, true})
	if t == sqlwrite.UniqueKeys {
		w.own.owners.set(keyOf(key), 0)
	}
	return nil
}

// PutSettings implements sqlwrite.Engine.
func (w *writer) PutSettings(_ context.Context, json []byte) error {
	w.settings = &settings{json: json}
	return nil
}
