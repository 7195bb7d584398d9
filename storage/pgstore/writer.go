package pgstore

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
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

// Exec implements sqlwrite.Engine. It confirms keys that were assumed to be free, and locks the
// account's row if the group has no lock. Then it sends in one round trip the pending writes of the
// group, a savepoint, the pending writes of this Update, and the statements in more. Errors:
// errAssumed, errStale, the context's, and the engine's; if the round trip fails, the group can no
// longer commit.
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

// finish adds the writes of the function of a successful Update to the group, and also the state
// that the function read. It returns the account's revision after the function. Errors: those of
// Note; the group is then unchanged.
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

// Put implements sqlwrite.Engine. It keeps the row in memory and always returns nil. If the table
// has a key, the row replaces a pending row with the same key. For a row of UniqueKeys, the writer
// also remembers which user has the key.
func (w *writer) Put(_ context.Context, t sqlwrite.Table, values ...any) error {
	w.pending.put(t, row{values: values})
	if t == sqlwrite.UniqueKeys {
		w.own.owners.set(keyOf(values), user.ID(values[2].(int64)))
	}
	return nil
}

// Unsent implements sqlwrite.Engine.
func (w *writer) Unsent(t sqlwrite.Table) bool { return len(w.pending.tables[t].list) > 0 }

// Delete implements sqlwrite.Engine. It records in memory that the row of table t with the key is
// to be deleted, and for UniqueKeys that the key has no owner. It never returns an error.
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

// holding returns the balance of h, which holdings must have read before.
func (w *writer) holding(h balance.Holder) held {
	b, _ := lookup(w.own.balances, w.group.known.balances, h)
	return b
}

// holdings reads the balances of those users in holders that the group does not know, and stores
// them in the group. It does not send the unsent writes. Errors: the context's, errStale, and the
// engine's.
func (w *writer) holdings(ctx context.Context, holders []balance.Holder) error {
	known := w.group.known
	var wanted []int64
	for _, h := range holders {
		if _, ok := lookup(w.own.balances, known.balances, h); h > 0 && !ok {
			wanted = append(wanted, int64(h))
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	found := make(map[balance.Holder]held, len(wanted))
	err := w.peek(ctx, func(row sqlread.Row) error {
		var h, units int64
		err := row.Scan(&h, &units)
		found[balance.Holder(h)] = held{balance.Units(units), true}
		return err
	}, "SELECT holder, units FROM roster_balances WHERE account = $1 AND holder = ANY($2::bigint[])", w.account, wanted)
	if err != nil {
		return err
	}
	for _, h := range wanted {
		known.balances.set(balance.Holder(h), found[balance.Holder(h)])
	}
	return nil
}

func (w *writer) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	if err := w.Check(ctx); err != nil {
		return nil, err
	}
	if err := w.holdings(ctx, holders); err != nil {
		return nil, w.Fail(ctx, err)
	}
	units := make([]balance.Units, len(holders))
	for i, h := range holders {
		units[i] = w.holding(h).units
	}
	return units, nil
}

func (w *writer) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	if _, ok := lookup(w.pending.byKey, w.group.pending.byKey, key); ok {
		return w.reader.TransferByKey(ctx, key)
	}
	flush := w.flush // nothing that is pending has the key: it need not be sent for this
	w.flush = nil
	defer func() { w.flush = flush }()
	return w.reader.TransferByKey(ctx, key)
}

// PutBalance implements sqlwrite.Engine. It keeps units as the new balance of h in memory. The
// caller must have called holdings for h. It never returns an error.
func (w *writer) PutBalance(_ context.Context, h balance.Holder, units balance.Units) error {
	w.pending.move(h, w.holding(h), held{units: units})
	w.own.balances.set(h, held{units, true})
	return nil
}

// CheckUnused implements sqlwrite.Engine. It compares the key of t and the transfer that t reverses
// with the pending transfers first, and then with those in the database. It does not query the
// database for a key that guess allows it to assume new. Without an error, it records both for
// later calls. Errors: *storage.ExistsError, the context's, errStale, the engine's.
func (w *writer) CheckUnused(ctx context.Context, t balance.Transfer) error {
	key, reverses := t.Key, t.Reverses
	byKey, _ := lookup(w.pending.byKey, w.group.pending.byKey, key)
	byReversal, _ := lookup(w.pending.byReversal, w.group.pending.byReversal, reverses)
	if ask := key != "" && byKey == 0 && (reverses != 0 || !w.guess(key)); ask || reverses != 0 && byReversal == 0 {
		err := w.peek(ctx, func(row sqlread.Row) error {
			var id int64
			var same bool
			err := row.Scan(&id, &same)
			if same {
				byKey = id
			} else {
				byReversal = id
			}
			return err
		}, `SELECT transfer, true FROM roster_postings WHERE account = $1 AND key = $2
			UNION ALL SELECT reversal, false FROM roster_reversals WHERE account = $1 AND reversed = $3`, w.account, key, int64(reverses))
		if err != nil {
			return err
		}
		if ask {
			w.group.replays = byKey != 0
		}
	}
	switch {
	case byKey != 0:
		return &storage.ExistsError{What: "key", ID: byKey}
	case byReversal != 0:
		return &storage.ExistsError{What: "reversal", ID: byReversal}
	}
	if key != "" {
		w.pending.byKey.set(key, int64(t.ID))
	}
	if reverses != 0 {
		w.pending.byReversal.set(reverses, int64(t.ID))
	}
	return nil
}
