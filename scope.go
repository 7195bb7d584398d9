package roster

import (
	"context"
	"iter"
	"slices"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// A list shows the users that Get (GetDeleted, if they are deleted) shows its caller, no others.
// The authorizer says to which users the actor may do UserRead: the query is limited to them, so
// that pages, offsets and totals are the storage's. If the authorizer cannot say it as subsets,
// the users that the query finds are judged one by one.

// listed is a query limited to users for which the actor may do an action.
type listed struct {
	storage.Query
	action permission.Action
	each   bool // the query finds others too: each user is for the authorizer to judge
}

// readable limits a query to the users that the actor may read. Errors: the authorizer's.
func (s *readTx) readable(ctx context.Context, q storage.Query) (listed, error) {
	return s.within(ctx, permission.UserRead, q)
}

// within limits a query to the users for which the actor may do an action that reads.
func (s *readTx) within(ctx context.Context, action permission.Action, q storage.Query) (listed, error) {
	reach, err := permission.ReachOf(ctx, s.h.authorizer, s.request(action, permission.Target{}))
	if err != nil {
		return listed{}, err
	}
	switch {
	case slices.ContainsFunc(reach.Subsets, user.Subset.Every):
	case q.Within == nil:
		q.Within = append([]user.Subset{}, reach.Subsets...) // not nil, which would be no limit
	default:
		q.Within = user.IntersectSubsets(q.Within, reach.Subsets)
	}
	return listed{q, action, reach.Each}, nil
}

// visible yields the users that the list shows, in its order, from after q.After; Offset plays no
// part.
func (s *readTx) visible(ctx context.Context, q listed) iter.Seq2[user.User, error] {
	q.Offset = 0
	found := users(ctx, s, q.Query)
	if !q.each {
		return found
	}
	return func(yield func(user.User, error) bool) {
		for u, err := range found {
			if err == nil {
				var may bool
				may, err = s.allowed(ctx, s.request(q.action, permission.TargetOf(u)))
				if err == nil && !may {
					continue
				}
			}
			if !yield(u, err) || err != nil {
				return
			}
		}
	}
}

// page reads one page and the cursor of the next one. Whether there is one shows in one user more
// than asked for.
func (s *readTx) page(ctx context.Context, q *listed) (list []user.User, next string, err error) {
	limit := q.Limit
	if q.each {
		list, err = s.judged(ctx, *q, limit+1)
	} else {
		list, err = s.upTo(ctx, &q.Query, limit+1)
	}
	if err != nil {
		return nil, "", err
	}
	if len(list) > limit {
		list = list[:limit]
		next = encodeCursor(q.Order, q.Descending, q.PositionOf(list[limit-1]))
	}
	return list, next, nil
}

// judged reads n users behind the offset, of a query whose users are judged one by one.
func (s *readTx) judged(ctx context.Context, q listed, n int) (list []user.User, err error) {
	skip := q.Offset
	q.Limit = min(n, storage.MaxPage) // the first page that is read; the next ones are longer
	for u, err := range s.visible(ctx, q) {
		switch {
		case err != nil:
			return nil, err
		case skip > 0:
			skip--
			continue
		}
		if list = append(list, u); len(list) == n {
			break
		}
	}
	return list, nil
}

// upTo reads as many users as are asked for, which may be one more than the storage returns at a
// time.
func (s *readTx) upTo(ctx context.Context, query *storage.Query, n int) ([]user.User, error) {
	q := *query
	q.Limit = min(n, storage.MaxPage)
	list, err := s.Users(ctx, q)
	if err != nil || n <= storage.MaxPage || len(list) < storage.MaxPage {
		return list, err
	}
	last := q.PositionOf(list[len(list)-1])
	q.After, q.Offset, q.Limit = &last, 0, n-storage.MaxPage
	more, err := s.Users(ctx, q)
	return append(list, more...), err
}

// count returns how many users the list shows on all its pages.
func (s *readTx) count(ctx context.Context, q *listed) (int, error) {
	if q.each {
		return s.countJudged(ctx, *q)
	}
	return s.CountUsers(ctx, q.Query)
}

func (s *readTx) countJudged(ctx context.Context, q listed) (n int, err error) {
	q.After, q.Order, q.Limit = nil, storage.OrderByID, 0
	for _, err := range s.visible(ctx, q) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// show leaves out of a user that the actor may read what another action guards: the views, which
// Views returns.
func (s *readTx) show(ctx context.Context, u *user.User) error {
	if u.Preferences.Views.Len() == 0 {
		return nil
	}
	may, err := s.allowed(ctx, s.request(permission.ViewsRead, permission.TargetOf(*u)))
	if !may {
		u.Preferences.Views = user.IDSet[user.ViewID]{}
	}
	return err
}

// answer leaves out of a result what its actor may not see.
func (t *tx) answer(ctx context.Context, r *Result) error {
	may, err := t.allowed(ctx, t.request(permission.UserRead, permission.TargetOf(r.User)))
	switch {
	case err != nil:
		return err
	case may:
		return t.show(ctx, &r.User)
	}
	r.User = r.User.Only(r.Changed)
	r.Resets = slices.Clone(r.Resets)
	for i := range r.Resets {
		r.Resets[i].Before = user.Value{}
	}
	return nil
}

// showAll does the same as show for the users of a list.
func (s *readTx) showAll(ctx context.Context, users []user.User) error {
	for i := range users {
		if err := s.show(ctx, &users[i]); err != nil {
			return &ItemError{i, err}
		}
	}
	return nil
}

// read returns a user as Get does. Errors: as target; *permission.Denied.
func (s *readTx) read(ctx context.Context, id user.ID, deleted bool) (user.User, error) {
	u, err := s.authorizedTarget(ctx, id, permission.UserRead, deleted)
	if err == nil {
		err = s.show(ctx, &u)
	}
	if err != nil {
		return user.User{}, err
	}
	return u, nil
}
