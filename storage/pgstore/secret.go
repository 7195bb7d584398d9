package pgstore

import (
	"context"
	"math"

	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// secrets are those that a View read ahead, because a function that goes through users, as a move
// does, asks for them in order. The state of a View does not change, so they stay true.
type secrets struct {
	asked       user.ID // last
	first, last user.ID // all users from first to last are known; 0: none is
	of          map[user.ID]user.Secret
}

const selectSecrets = "SELECT user_id, secret FROM roster_secrets WHERE account = $1 AND user_id >= $2 ORDER BY user_id LIMIT $3"

func (r *reader) Secret(ctx context.Context, id user.ID) (user.Secret, error) {
	s := &r.secrets
	next := !r.writing && s.asked > 0 && id > s.asked && id-s.asked <= near
	s.asked = id
	if s.first > 0 && id >= s.first && id <= s.last {
		return s.of[id], r.Check(ctx)
	}
	if next {
		return r.secretsFrom(ctx, id)
	}
	return r.Reader.Secret(ctx, id)
}

// secretsFrom returns a user's secret, and remembers those of the next users.
func (r *reader) secretsFrom(ctx context.Context, id user.ID) (user.Secret, error) {
	found, last := make(map[user.ID]user.Secret), user.ID(math.MaxInt64)
	list, err := sqlread.Page(ctx, &r.Reader, many, func(rows sqlread.Row) (user.ID, error) {
		var n int64
		var body []byte
		if err := rows.Scan(&n, &body); err != nil {
			return 0, err
		}
		secret, err := user.UnmarshalSecret(body)
		found[user.ID(n)] = secret
		return user.ID(n), err
	}, selectSecrets, r.account, int64(id))
	if err != nil {
		return user.Secret{}, err
	}
	if len(list) == many {
		last = list[many-1]
	}
	r.secrets.first, r.secrets.last, r.secrets.of = id, last, found
	return found[id], nil
}
