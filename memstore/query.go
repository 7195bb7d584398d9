package memstore

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/ca74b63c/roster/memstore/internal/index"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

const (
	// sortable is the greatest number of matching users that find sorts instead of walking an
	// order.
	sortable = 2048
	// sortCost is the cost of sorting one user, measured in users visited by a walk through an
	// order.
	sortCost = 6
)

func (r *reader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	if err := r.checkQuery(ctx, &q); err != nil {
		return nil, err
	}
	var list []user.User
	skip := q.Offset
	for u := range r.find(&q) {
		if skip > 0 {
			skip--
			continue
		}
		if list = append(list, *u); len(list) == q.Max() {
			break
		}
	}
	return list, nil
}

func (r *reader) CountUsers(ctx context.Context, q storage.Query) (n int, err error) {
	if err := r.checkQuery(ctx, &q); err != nil {
		return 0, err
	}
	if users, ok := r.byKeyOrIDs(&q); ok {
		return len(users), nil
	}
	plan := index.NewPlan(&q)
	for row := range all[blockRow](r.flushedRows(), tableBlocks) {
		cut := plan.On(row.number, row.Block)
		if plan.Exact() {
			n += cut.Count()
			continue
		}
		cut.Find(0, maxID, false, func(id user.ID) bool {
			if q.Match(*r.user(id)) {
				n++
			}
			return true
		})
	}
	return n, nil
}

func (r *reader) checkQuery(ctx context.Context, q *storage.Query) error {
	if err := r.Check(ctx); err != nil {
		return err
	}
	if err := q.Check(); err != nil {
		return r.fail(fmt.Errorf("memstore: users: %w", err))
	}
	return nil
}

// find yields the users that match the query and come after the position q.After, in the order of
// the query. It ignores the limit and the offset; the caller must apply both. In an Update the
// result includes the writes of the transaction.
//
// If the query names a key or ids, find reads these users and sorts them. If the query is in the
// order of ids, find uses the search blocks. For any other query it estimates the cost of two ways
// and uses the cheaper one: sort all matching users, or read all users in order and skip those that
// do not match.
func (r *reader) find(q *storage.Query) iter.Seq[*user.User] {
	if users, ok := r.byKeyOrIDs(q); ok {
		return sorted(q, users)
	}
	r.flushedRows()
	plan := index.NewPlan(q)
	if q.Order == storage.OrderByID {
		return r.matching(q, plan, r.byBlock(q, plan))
	}
	// Either find all users that match and sort them, or go through the order and ask each user
	// whether it matches. If m of n users match, the walk looks at n/m users for each one it finds.
	cuts := map[uint64]*index.Cut{}
	m := 0
	for row := range all[blockRow](r.rows, tableBlocks) {
		cuts[row.number] = plan.On(row.number, row.Block)
		m += cuts[row.number].Count()
	}
	if m > sortable || (q.Offset+q.Max())*r.head.users < sortCost*m*m {
		return r.matching(q, plan, r.walk(q, cuts))
	}
	byID := *q
	byID.Order, byID.After, byID.Descending = storage.OrderByID, nil, false
	return sorted(q, slices.Collect(r.matching(q, plan, r.byBlock(&byID, plan))))
}

// byKeyOrIDs returns the users that have the key of q and match all filters of q. If q has no key,
// it returns the users that have one of the ids q.IDs and match all filters. If q has neither, ok
// is false, and the caller must search in another way. The list is not sorted, contains each user
// once, and ignores q.After.
func (r *reader) byKeyOrIDs(q *storage.Query) (list []*user.User, ok bool) {
	add := func(u *user.User) bool {
		if u != nil && q.Match(*u) {
			list = append(list, u)
		}
		return true
	}
	switch {
	case q.Key.Kind != 0:
		r.claimants(q.Key, add)
	case q.IDs != nil:
		ids := slices.Clone(q.IDs)
		slices.Sort(ids)
		for _, id := range slices.Compact(ids) {
			add(r.user(id))
		}
	default:
		return nil, false
	}
	return list, true
}

// matching yields the users with the given ids that match the query. If the plan is exact, all of
// them match. Otherwise matching checks each user with q.Match.
func (r *reader) matching(q *storage.Query, plan *index.Plan, ids iter.Seq[user.ID]) iter.Seq[*user.User] {
	return func(yield func(*user.User) bool) {
		for id := range ids {
			if u := r.user(id); (plan.Exact() || q.Match(*u)) && !yield(u) {
				return
			}
		}
	}
}

// sorted yields the users that come after the position q.After, in the order of the query. It does
// not check the filters of the query. It does not change the slice users.
func sorted(q *storage.Query, users []*user.User) iter.Seq[*user.User] {
	type placed struct {
		storage.Position
		user *user.User
	}
	var list []placed
	for _, u := range users {
		if p := q.PositionOf(*u); q.Beyond(p) {
			list = append(list, placed{p, u})
		}
	}
	slices.SortFunc(list, func(a, b placed) int { return q.Compare(a.Position, b.Position) })
	return func(yield func(*user.User) bool) {
		for _, p := range list {
			if !yield(p.user) {
				return
			}
		}
	}
}

// walk yields the ids of the users that match the plan of the query, in the order of the query. It
// visits all users after the position q.After, and asks the Cut of the user's block whether the
// user matches. cuts has each Cut by the number of its block.
func (r *reader) walk(q *storage.Query, cuts map[uint64]*index.Cut) iter.Seq[user.ID] {
	return func(yield func(user.ID) bool) {
		for id := range r.inOrder(q) {
			if cuts[index.Number(id)].Has(id) && !yield(id) {
				return
			}
		}
	}
}

// byBlock yields the ids of the users that the plan finds after the position q.After. The ids are
// in ascending order, or in descending order if q.Descending is set. byBlock applies the plan to
// one block of 4,096 ids after another, so it reads no more blocks than the caller needs. The query
// must be ordered by id.
func (r *reader) byBlock(q *storage.Query, plan *index.Plan) iter.Seq[user.ID] {
	low, high := user.ID(1), maxID
	if q.After != nil {
		// By id all keys are empty, so a position with a key is behind all users or, descending,
		// before all.
		switch {
		case q.After.Key != "" && !q.Descending:
			high = 0
		case q.After.Key != "":
		case q.Descending:
			high = max(q.After.ID, 1) - 1
		case q.After.ID == maxID:
			high = 0
		default:
			low = max(q.After.ID, 0) + 1
		}
	}
	return func(yield func(user.ID) bool) {
		if high < low {
			return
		}
		var blocks iter.Seq[*blockRow]
		if q.Descending {
			blocks = descend[blockRow](r, tableBlocks, number(r.key[:0], index.Number(high)))
		} else {
			blocks = ascend[blockRow](r, tableBlocks, number(r.key[:0], index.Number(low)))
		}
		for row := range blocks {
			if !plan.On(row.number, row.Block).Find(low, high, q.Descending, yield) {
				return
			}
		}
	}
}
