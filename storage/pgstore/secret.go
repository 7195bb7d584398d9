package pgstore

import (
	"context"
	"math"

	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

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
