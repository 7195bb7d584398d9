package pgstore

import (
	"context"

	"github.com/ca74b63c/roster/balance"
)

func (r *reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	return r.Reader.Balances(ctx, r.units, holders)
}
