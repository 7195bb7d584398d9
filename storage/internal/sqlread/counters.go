package sqlread

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

const (
	selectCompacted  = "SELECT revision, position FROM roster_compactions WHERE account = $1"
	selectLastChange = `SELECT revision, position FROM (
			SELECT * FROM (SELECT revision, position FROM roster_changes WHERE account = $1
				ORDER BY revision DESC, position DESC LIMIT 1) AS c
			UNION ALL SELECT * FROM (SELECT revision, change_position FROM roster_postings WHERE account = $1 AND revision IS NOT NULL
				ORDER BY revision DESC, change_position DESC LIMIT 1) AS p
		) AS f ORDER BY revision DESC, position DESC LIMIT 1`
	selectSequences = `SELECT 'users', coalesce((SELECT max(id) FROM roster_users WHERE account = $1), 0)
		UNION ALL SELECT 'transfers', coalesce((SELECT max(transfer) FROM roster_postings WHERE account = $1), 0)
		UNION ALL SELECT kind, max(id) FROM roster_refs WHERE account = $1 GROUP BY kind
		UNION ALL SELECT name, last FROM roster_sequences WHERE account = $1`

	// SelectTransferSequence selects the greatest stored transfer id of an account, and the id that
	// the sequence's row notes. Its arguments are the account and the sequence's name.
	SelectTransferSequence = "SELECT coalesce((SELECT max(transfer) FROM roster_postings WHERE account = $1), 0)" + andNoted

	selectUserSequence      = "SELECT coalesce((SELECT max(id) FROM roster_users WHERE account = $1), 0)" + andNoted
	selectReferenceSequence = "SELECT coalesce((SELECT max(id) FROM roster_refs WHERE account = $1 AND kind = $2), 0)" + andNoted
	andNoted                = ", coalesce((SELECT last FROM roster_sequences WHERE account = $1 AND name = $2), 0)"
)

// changeID returns a question that reads a change's id into *id. It leaves *id unchanged if there
// is no row.
func changeID(sql, account string, id *storage.ChangeID) Question {
	return Question{SQL: sql, Args: []any{account}, Short: true, Row: func(row Row) error {
		var revision, position int64
		err := row.Scan(&revision, &position)
		*id = storage.ChangeID{Revision: user.Revision(revision), Index: int(position)}
		return err
	}}
}

// Compacted returns the id of the newest change that was removed from the history, or the zero
// ChangeID if none was.
func (r *Reader) Compacted(ctx context.Context) (id storage.ChangeID, err error) {
	err = r.engine.Ask(ctx, changeID(selectCompacted, r.account, &id))
	return id, err
}

// LastChange returns the id of the newest stored change, or the zero ChangeID if there is none.
func (r *Reader) LastChange(ctx context.Context) (id storage.ChangeID, err error) {
	err = r.engine.Ask(ctx, changeID(selectLastChange, r.account, &id))
	return id, err
}

// Counters implements storage.Reader. It returns the account's revision, the id up to which changes
// are no longer kept, and the greatest id of each sequence, in existing rows or in
// roster_sequences. Errors: storage.ErrClosed after the end of the transaction; the context's; the
// engine's.
func (r *Reader) Counters(ctx context.Context) (storage.Counters, error) {
	if err := r.Check(ctx); err != nil {
		return storage.Counters{}, err
	}
	var c storage.Counters
	sequences := Question{SQL: selectSequences, Args: []any{r.account}, Row: func(row Row) error {
		var name string
		var last int64
		err := row.Scan(&name, &last)
		if s, ok := record.SequenceOf(name); ok {
			c.Given[s] = max(c.Given[s], last)
		}
		return err
	}}
	if err := r.engine.Ask(ctx, changeID(selectCompacted, r.account, &c.Compacted), sequences); err != nil {
		return storage.Counters{}, r.Fail(ctx, err)
	}
	c.Revision = r.Row.Revision
	return c, nil
}

// Sequence reads two ids of the sequence s: the greatest id that a stored row has, and the id that
// the table roster_sequences records. The recorded id may be greater, because rows can be deleted.
// Each id is 0 if there is none. Errors: the engine's.
func (r *Reader) Sequence(ctx context.Context, s storage.Sequence) (stored, recorded int64, err error) {
	sql := selectReferenceSequence
	switch s {
	case storage.UserIDs:
		sql = selectUserSequence
	case storage.TransferIDs:
		sql = SelectTransferSequence
	}
	err = r.engine.Ask(ctx, Question{
		SQL: sql, Args: []any{r.account, record.SequenceName(s)}, Short: true,
		Row: func(row Row) error { return row.Scan(&stored, &recorded) },
	})
	return stored, recorded, err
}
