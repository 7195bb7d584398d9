package pgstore

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// InTx runs an Update inside a transaction of the embedding server's own, in the same database:
// what fn writes is committed when the server commits tx, together with what else tx did, or not at
// all. It returns the revision that the account will then have. After an error nothing of fn stays
// in tx, which can go on unless its connection is lost.
//
// tx should be READ COMMITTED, the engine's default: at a stricter level the engine refuses it
// (40001) if another writer came first, and the server has to run it again. It holds the account's
// lock until it ends, so it must end soon, and it must not wait for an Update of the same account
// meanwhile. fn must not call View or Update of the Store, which is storage.ErrNestedTx. Whether
// the commit happened is the server's to know.
//
// Errors: storage.ErrInvalid without fn, storage.ErrClosed, the context's, storage.ErrNestedTx,
// those of fn, those that a method of the Writer returned, *SchemaError, and the engine's.
func (s *Store) InTx(
	ctx context.Context, tx pgx.Tx, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (rev user.Revision, err error) {
	end, err := s.enterTx(ctx, fn != nil)
	if err != nil {
		return 0, err
	}
	defer end()
	g := &group{id: a, account: string(a), link: opened{tx}, pending: &pending{}}
	kept := false
	defer func() {
		if kept {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), s.opt.commit)
		defer cancel()
		_, undone := tx.Exec(ctx, "ROLLBACK TO SAVEPOINT roster_tx")
		_, ended := tx.Exec(ctx, "RELEASE SAVEPOINT roster_tx")
		err = errors.Join(err, undone, ended)
	}()
	if err := s.lock(ctx, g, "SAVEPOINT roster_tx"); err != nil {
		return 0, named(ctx, err)
	}
	if rev, err = s.run(ctx, g.writer(s), fn); err != nil {
		return 0, err
	}
	if !g.wrote {
		return rev, nil // without what the lock wrote
	}
	b := s.writes(g.account)
	g.queue(b)
	if s.opt.listen {
		b.Queue(notify, channel, payload(a, g.revision))
	}
	b.Queue("RELEASE SAVEPOINT roster_tx")
	if err := tx.SendBatch(ctx, &b.Batch).Close(); err != nil {
		return 0, named(ctx, refusal(err))
	}
	kept = true
	return rev, nil
}
