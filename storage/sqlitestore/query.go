package sqlitestore

import (
	"context"
	"database/sql/driver"
	"strings"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/codec"
	"github.com/ca74b63c/roster/user"
)

// A query becomes one statement. Every condition in it says exactly what storage.Query.Match says, so that limits,
// offsets and totals are the statement's own.
//
// What decides over its cost is what it reads first. Some filters have a source: an index that yields the users who
// pass. A source that yields them in the order asked for can be left as soon as there are enough. Any other has to be
// read to its end and sorted, which is good if it yields few, and bad if it yields half the account: then the users
// are walked in the order asked for until enough have passed, and because many pass, that is soon. So sources are
// probed: the first few of what they yield are counted. CROSS JOIN keeps SQLite from changing its mind.

// choose settles what is read first, and takes the filter out that it stands for, unless it is
// loose. many is what is too much to sort; byID says that the order by id is the one asked for,
// or that none is.
func (r *reader) choose(ctx context.Context, s *search, many int, byID bool) error {
	for i, f := range s.filters {
		for _, from := range f.sources {
			good := from.few || byID && from.sorted
			if !good {
				n := 0
				err := r.engine.query(ctx, true, "SELECT count(*) FROM (SELECT 1 FROM ("+from.table+") LIMIT ?)",
					func(v []driver.Value) (bool, error) {
						n = int(number(v[0]))
						return false, nil
					}, append(append([]any(nil), from.args...), int64(many))...)
				if err != nil {
					return err
				}
				good = n < many
			}
			if good {
				s.first = from
				if from.loose {
					return nil
				}
				s.filters = append(append([]filter(nil), s.filters[:i]...), s.filters[i+1:]...)
				return nil
			}
		}
	}
	return nil
}

// statement returns the statement that selects the columns of the users, with what comes behind its conditions.
func (s *search) statement(columns, tail string, last ...any) (string, []any) {
	var b strings.Builder
	b.WriteString("SELECT " + columns + " FROM ")
	if s.first.table != "" {
		b.WriteString("(" + s.first.table + ") AS k CROSS JOIN roster_users AS u ON u.account = ? AND u.id = k.user")
	} else {
		b.WriteString("roster_users AS u WHERE u.account = ?")
	}
	args := append(append([]any(nil), s.first.args...), s.account)
	joint := " AND "
	if s.first.table != "" {
		joint = " WHERE "
	}
	for _, f := range s.filters {
		b.WriteString(joint + f.condition)
		args = append(args, f.args...)
		joint = " AND "
	}
	b.WriteString(tail)
	return b.String(), append(args, last...)
}

// orders are the columns that users are sorted by, and the condition to be behind a position.
var orders = [...]struct{ column, asc, desc string }{
	storage.ByID:          {"", "u.id > ?", "u.id < ?"},
	storage.ByLogin:       {"u.login", "(u.login, u.id) > (?, ?)", "(u.login, u.id) < (?, ?)"},
	storage.ByDisplayName: {"u.display", "(u.display, u.id) > (?, ?)", "(u.display, u.id) < (?, ?)"},
}

// behind adds the condition to be behind q.After.
func (s *search) behind(q *storage.Query) {
	if q.After == nil {
		return
	}
	condition := orders[q.Order].asc
	if q.Descending {
		condition = orders[q.Order].desc
	}
	switch {
	case q.Order != storage.ByID:
		s.and(condition, blob(q.After.Key), int64(q.After.ID))
	case q.After.Key == "":
		s.and(condition, int64(q.After.ID))
	case !q.Descending:
		s.none = true // every key is "", which is before the position's
	}
}

// list returns the statement of a page.
func (s *search) list(q *storage.Query) (string, []any) {
	way := ""
	if q.Descending {
		way = " DESC"
	}
	id := "u.id"
	if s.first.table != "" {
		id = "k.user" // the same, and sorted already if it comes from an index
	}
	by := " ORDER BY "
	if c := orders[q.Order].column; c != "" {
		by += c + way + ", "
		id = "u.id"
	}
	tail, args := by+id+way+" LIMIT ?", []any{int64(q.Max())}
	if q.Offset > 0 {
		tail, args = tail+" OFFSET ?", append(args, int64(q.Offset))
	}
	return s.statement("u.body", tail, args...)
}

func (r *reader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	if err := r.alive(ctx); err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, r.noted(ctx, err)
	}
	s := r.searchFor(&q)
	s.behind(&q)
	if s.none {
		return nil, nil
	}
	if err := r.choose(ctx, s, manyToSort, q.Order == storage.ByID); err != nil {
		return nil, r.noted(ctx, err)
	}
	query, args := s.list(&q)
	var users []user.User
	err := r.engine.query(ctx, true, query, func(v []driver.Value) (bool, error) {
		u, err := codec.DecodeUser(data(v[0]))
		users = append(users, u)
		if err == nil {
			err = ctx.Err()
		}
		return true, err
	}, args...)
	if err != nil {
		return nil, r.noted(ctx, err)
	}
	return users, nil
}

func (r *reader) CountUsers(ctx context.Context, q storage.Query) (int, error) {
	if err := r.alive(ctx); err != nil {
		return 0, err
	}
	if err := q.Check(); err != nil {
		return 0, r.noted(ctx, err)
	}
	s := r.searchFor(&q)
	if s.none {
		return 0, nil
	}
	if err := r.choose(ctx, s.forTotals(), manyToCount, true); err != nil {
		return 0, r.noted(ctx, err)
	}
	query, args := s.statement("count(*)", "")
	n := 0
	err := r.engine.query(ctx, true, query, func(v []driver.Value) (bool, error) {
		n = int(number(v[0]))
		return false, nil
	}, args...)
	return n, r.noted(ctx, err)
}

// forTotals drops the source that helps only to find a page: totals read the index of facets by themselves.
func (s *search) forTotals() *search {
	for i := range s.filters {
		if from := s.filters[i].sources; len(from) > 0 && from[0].facets {
			s.filters[i].sources = nil
		}
	}
	return s
}
