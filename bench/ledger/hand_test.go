package ledger

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// hand is a ledger as a program with pgx would have it: balances that cannot be negative,
// transfers that are unique by their key, postings with the balances after them, an index to find
// a user's.
type hand struct{ pool *pgxpool.Pool }

const handSchema = `
	CREATE TABLE hand_balances (account text COLLATE "C", holder bigint, units bigint NOT NULL CHECK (units >= 0),
		PRIMARY KEY (account, holder));
	CREATE TABLE hand_transfers (account text COLLATE "C", id bigint GENERATED ALWAYS AS IDENTITY,
		key text COLLATE "C" NOT NULL, at timestamptz NOT NULL DEFAULT now(), note text NOT NULL,
		PRIMARY KEY (account, id), UNIQUE (account, key));
	CREATE TABLE hand_postings (account text COLLATE "C", transfer bigint, position int, payer bigint NOT NULL,
		payee bigint NOT NULL, amount bigint NOT NULL, payer_after bigint NOT NULL, payee_after bigint NOT NULL,
		PRIMARY KEY (account, transfer, position));
	CREATE INDEX ON hand_postings (account, payee, transfer)`

func newHand(tb testing.TB, pool *pgxpool.Pool, accounts []string, users, treasure int64) hand {
	tb.Helper()
	_, err := pool.Exec(tb.Context(), handSchema)
	must(tb, err)
	_, err = pool.Exec(tb.Context(), `INSERT INTO hand_balances SELECT a, h, CASE h WHEN 0 THEN $2::bigint ELSE 0 END
		FROM unnest($1::text[]) AS a, generate_series(0, $3::bigint) AS h`, accounts, treasure, users)
	must(tb, err)
	return hand{pool}
}

var errPoor = errors.New("too little money")

// inSteps pays in a transaction of plain statements, each of which waits for its answer.
func (h hand) inSteps(ctx context.Context, account string, to int64, key string) error {
	return pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error {
		var has int64 // the payer's row is locked first, so that two transfers of one account cannot lock crosswise
		err := tx.QueryRow(ctx, `SELECT units FROM hand_balances WHERE account = $1 AND holder = 0 FOR UPDATE`,
			account).Scan(&has)
		if err != nil {
			return err
		}
		if has < amountUnits {
			return errPoor
		}
		var id, paid, got int64
		err = tx.QueryRow(ctx, `UPDATE hand_balances SET units = units - $2 WHERE account = $1 AND holder = 0 RETURNING units`,
			account, amountUnits).Scan(&paid)
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `UPDATE hand_balances SET units = units + $3 WHERE account = $1 AND holder = $2 RETURNING units`,
			account, to, amountUnits).Scan(&got)
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `INSERT INTO hand_transfers (account, key, note) VALUES ($1, $2, $3) RETURNING id`,
			account, key, note).Scan(&id)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO hand_postings VALUES ($1, $2, 0, 0, $3, $4, $5, $6)`,
			account, id, to, amountUnits, paid, got)
		return err
	})
}

// atOnce pays in one statement that is its own transaction: one round trip, and no program can do
// with less.
func (h hand) atOnce(ctx context.Context, account string, to int64, key string) error {
	var paid int64
	err := h.pool.QueryRow(ctx, `WITH
			paid AS (UPDATE hand_balances SET units = units - $3 WHERE account = $1 AND holder = 0 AND units >= $3
				RETURNING units),
			got AS (UPDATE hand_balances SET units = units + $3 WHERE account = $1 AND holder = $2 AND EXISTS (SELECT FROM paid)
				RETURNING units),
			made AS (INSERT INTO hand_transfers (account, key, note) SELECT $1, $4, $5 FROM paid RETURNING id)
		INSERT INTO hand_postings SELECT $1, made.id, 0, 0, $2, $3, paid.units, got.units FROM paid, got, made
		RETURNING payer_after`, account, to, amountUnits, key, note).Scan(&paid)
	if errors.Is(err, pgx.ErrNoRows) {
		return errPoor
	}
	return err
}

// holds returns the account's balance, that of its users, and how many postings there are.
func (h hand) holds(tb testing.TB, account string) (own, users, postings int64) {
	tb.Helper()
	must(tb, h.pool.QueryRow(tb.Context(), `SELECT
		(SELECT units FROM hand_balances WHERE account = $1 AND holder = 0),
		(SELECT sum(units)::bigint FROM hand_balances WHERE account = $1 AND holder > 0),
		(SELECT count(*) FROM hand_postings WHERE account = $1)`, account).Scan(&own, &users, &postings))
	return own, users, postings
}
