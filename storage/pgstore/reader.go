package pgstore

import (
	"context"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// reader reads one account in one transaction. A writer embeds it.
type reader struct {
	sqlread.Reader
	store    *Store
	link     link
	account  string
	settings *settings // nil: none
	writing  bool
	flush    func(context.Context) error // brings what is not written yet to where statements see it; nil: there is nothing
	secrets  secrets
}

// begin prepares r, so that its methods can be called until its End. a is the content of the
// account's row.
func (r *reader) begin(a sqlread.Account) {
	r.Begin(r.store.gate, r.writing, named)
	r.Open(r, sqlread.PostgreSQL, r.account)
	r.Row = a
}

// view calls fn with a Reader of account a that reads through l, the link of an open transaction,
// and returns the error of fn. row is the account's row, which the caller has read.
func (s *Store) view(
	ctx context.Context, a user.AccountID, row accountRow, l link, fn func(context.Context, storage.Reader) error,
) error {
	r := &reader{store: s, link: l, account: string(a), settings: row.settings}
	r.begin(row.Account)
	defer r.End()
	return fn(s.gate.Inside(ctx), r)
}

// Ask implements sqlread.Engine. A writer first sends its pending writes, so that the statements
// see them.
func (r *reader) Ask(ctx context.Context, questions ...sqlread.Question) error {
	if r.flush != nil {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	return asker{r.link}.Ask(ctx, questions...)
}

func (r *reader) Account(ctx context.Context) (user.Account, error) {
	if err := r.Check(ctx); err != nil {
		return user.Account{}, err
	}
	if r.settings == nil {
		return user.Account{}, r.Missing()
	}
	a, err := r.settings.get()
	return a, r.Fail(ctx, err)
}

// settings are the settings of an account. They are decoded at their first use and then kept,
// because every transfer uses them.
type settings struct {
	json    []byte
	account *user.Account
}

func (s *settings) get() (user.Account, error) {
	if s.account == nil {
		var a user.Account
		if err := record.Decode(s.json, &a); err != nil {
			return a, err
		}
		s.account = &a
	}
	return *s.account, nil
}

// orNull returns the settings as JSON, nil for none. The result is a string, because on a
// connection without prepared statements the driver would send a []byte as bytea.
func (s *settings) orNull() *string {
	if s == nil {
		return nil
	}
	text := string(s.json)
	return &text
}

// secrets holds the secrets that a View read ahead. A function that goes through users, such as a
// move to another store, asks for them in the order of their ids.
type secrets struct {
	ahead
	first, upTo user.ID // all users in between are known; 0: none is
	of          map[user.ID]user.Secret
}

func (r *reader) Secret(ctx context.Context, id user.ID) (user.Secret, error) {
	s := &r.secrets
	if s.first > 0 && id >= s.first && id <= s.upTo {
		s.last = id
		return s.of[id], r.Check(ctx)
	}
	most := s.next(id)
	if s.last = id; r.writing || most == 1 {
		return r.Reader.Secret(ctx, id)
	}
	found := make(map[user.ID]user.Secret)
	list, err := sqlread.Page(ctx, &r.Reader, many, func(rows sqlread.Row) (user.ID, error) {
		var n int64
		var body []byte
		if err := rows.Scan(&n, &body); err != nil {
			return 0, err
		}
		secret, err := user.UnmarshalSecret(body)
		found[user.ID(n)] = secret
		return user.ID(n), err
	}, "SELECT user_id, secret FROM roster_secrets WHERE account = $1 AND user_id >= $2 ORDER BY user_id LIMIT $3", r.account, int64(id))
	if err != nil {
		return user.Secret{}, err
	}
	s.first, s.upTo, s.of = id, math.MaxInt64, found
	if len(list) == many {
		s.upTo = list[many-1]
	}
	return found[id], nil
}

// grace is how long a statement may continue after its caller's context ended. To stop it would
// close the connection that other Updates share, and nearly all statements end within the grace.
const grace = 100 * time.Millisecond

// patient returns a context with the values of ctx that ends 100 ms (grace) after ctx, or when stop
// is called. The caller must call stop.
func patient(ctx context.Context) (_ context.Context, stop func()) {
	if ctx.Done() == nil {
		return ctx, func() {}
	}
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	release := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return late, func() { release(); cancel() }
}

// link sends a transaction's statements to the database. Each batch is one round trip.
type link interface {
	batch(ctx context.Context, b *pgx.Batch) error
}

// opened is the link of a transaction that is already open, on a connection or the host's.
type opened struct {
	engine interface {
		SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	}
}

// batch sends the statements of b in one round trip and returns the first error. When ctx has
// ended, it waits at most 100 ms (grace) longer for the results.
func (o opened) batch(ctx context.Context, b *pgx.Batch) error {
	ctx, stop := patient(ctx)
	defer stop()
	return o.engine.SendBatch(ctx, b).Close()
}

// unlocked is the link of a group that has not locked the account's row. After each batch it checks
// that the row is unchanged since the group began, so all that fn reads belongs to one state.
type unlocked struct{ *group }

func (u unlocked) batch(ctx context.Context, b *pgx.Batch) error {
	commits := int64(-1)
	read(b, func(rows pgx.Rows) error { return rows.Scan(&commits) }, "SELECT commits FROM roster_accounts WHERE id = $1", u.account)
	if err := (opened{u.conn}).batch(ctx, b); err != nil {
		return err
	}
	if commits != u.row.commits {
		u.stale = true
		return errStale
	}
	u.checked = true
	return nil
}

// read adds a SELECT statement to a batch. When the batch runs, each row is passed to row, until
// row returns an error.
func read(b *pgx.Batch, row func(pgx.Rows) error, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			if err := row(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// query runs one SELECT statement.
func query(ctx context.Context, e sqlread.Engine, row func(sqlread.Row) error, sql string, args ...any) error {
	return e.Ask(ctx, sqlread.Question{SQL: sql, Args: args, Row: row})
}

// asker is the sqlread.Engine of a link.
type asker struct{ link }

// Ask implements sqlread.Engine. It sends all questions in one round trip, and calls the Row
// function of each question with the rows of its answer. Errors: those of batch.
func (a asker) Ask(ctx context.Context, questions ...sqlread.Question) error {
	var b pgx.Batch
	for _, q := range questions {
		read(&b, func(rows pgx.Rows) error { return q.Row(rows) }, q.SQL, q.Args...)
	}
	return a.batch(ctx, &b)
}
