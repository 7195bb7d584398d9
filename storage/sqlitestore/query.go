package sqlitestore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// A query becomes one statement. Its conditions say what storage.Query.Match says, so that limits,
// offsets and totals are the statement's own.
//
// What the statement reads first decides its cost. Some filters have sources: indexes that yield
// the users that pass. A source that yields them in the order asked for can be left at the end of
// the page. Any other has to be read to its end and sorted, which is good if it yields few users.
// If it yields half of the account, it is better to walk the users in the order asked for, because
// enough of them pass soon. So sources are probed: the first few of what they yield are counted.
// CROSS JOIN keeps SQLite from another order.

// How many users a probe counts at most. A list looks for a page and can walk; a total has to read
// all users that pass.
const (
	manyToSort  = 2_000
	manyToCount = 100_000
)

// choose sets what is read first, and drops the filter that it stands for. many is too much to
// sort; byID says that users are sorted by id, or not at all.
func (r *reader) choose(ctx context.Context, s *search, many int64, byID bool) error {
	for i, f := range s.filters {
		for _, from := range f.sources {
			if !from.few && !(byID && from.sorted) {
				n, err := r.count(ctx, "SELECT count(*) FROM (SELECT 1 FROM ("+from.table+") LIMIT ?)",
					append(slices.Clone(from.args), many)...)
				if err != nil {
					return err
				}
				if n >= many {
					continue
				}
			}
			if s.first = from; !from.loose {
				s.filters = slices.Delete(s.filters, i, i+1)
			}
			return nil
		}
	}
	return nil
}

// statement returns the statement that selects columns of the users, with a tail behind its
// conditions.
func (s *search) statement(columns, tail string, last ...any) (string, []any) {
	from, args := "roster_users AS u WHERE u.account = ?", append(slices.Clone(s.first.args), s.account)
	if s.first.table != "" {
		from = "(" + s.first.table + ") AS k CROSS JOIN roster_users AS u ON u.account = ? AND u.id = k.user_id WHERE true"
	}
	var conditions strings.Builder
	for _, f := range s.filters {
		conditions.WriteString(" AND " + f.condition)
		args = append(args, f.args...)
	}
	return "SELECT " + columns + " FROM " + from + conditions.String() + tail, append(args, last...)
}

// orders are the columns by which users are sorted, before their id.
var orders = [...]string{storage.OrderByID: "", storage.OrderByLogin: "u.login_key", storage.OrderByDisplayName: "u.display_key"}

// behind adds the condition that a user is behind q.After in the order.
func (s *search) behind(q *storage.Query) {
	if q.After == nil {
		return
	}
	is := " > "
	if q.Descending {
		is = " < "
	}
	switch column := orders[q.Order]; {
	case column != "":
		s.and("("+column+", u.id)"+is+"(?, ?)", []any{q.After.Key, int64(q.After.ID)})
	case q.After.Key == "":
		s.and("u.id"+is+"?", []any{int64(q.After.ID)})
	case !q.Descending:
		s.none = true // by id every key is "", which is before the position's
	}
}

// list returns the statement of a page.
func (s *search) list(q *storage.Query) (string, []any) {
	way, id, by := "", "u.id", " ORDER BY "
	if q.Descending {
		way = " DESC"
	}
	if column := orders[q.Order]; column != "" {
		by += column + way + ", "
	} else if s.first.table != "" {
		id = "k.user_id" // sorted already, if the source is
	}
	return s.statement(sqlread.UserColumns, by+id+way+" LIMIT ? OFFSET ?", int64(q.Max()), int64(q.Offset))
}

func (r *reader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	s, err := r.checkQuery(ctx, &q, false)
	if err != nil {
		return nil, err
	}
	if s.behind(&q); s.none {
		return nil, nil
	}
	if err := r.choose(ctx, s, manyToSort, q.Order == storage.OrderByID); err != nil {
		return nil, r.Fail(ctx, err)
	}
	query, args := s.list(&q)
	var users []user.User
	err = r.engine.query(ctx, query, func(v row) (bool, error) {
		u, err := sqlread.ScanUser(v)
		users = append(users, u)
		if err == nil {
			err = ctx.Err()
		}
		return true, err
	}, args...)
	if err != nil {
		return nil, r.Fail(ctx, err)
	}
	return users, nil
}

func (r *reader) CountUsers(ctx context.Context, q storage.Query) (int, error) {
	s, err := r.checkQuery(ctx, &q, true)
	if err != nil || s.none {
		return 0, err
	}
	if err := r.choose(ctx, s, manyToCount, true); err != nil {
		return 0, r.Fail(ctx, err)
	}
	query, args := s.statement("count(*)", "")
	n, err := r.count(ctx, query, args...)
	return int(n), r.Fail(ctx, err)
}

func (r *reader) count(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = r.engine.query(ctx, query, func(v row) (bool, error) {
		n = v.number(0)
		return false, nil
	}, args...)
	return n, err
}

// checkQuery returns the filters of a query, or why the query cannot run.
func (r *reader) checkQuery(ctx context.Context, q *storage.Query, total bool) (*search, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, r.Fail(ctx, fmt.Errorf("sqlitestore: %w", err))
	}
	return r.searchFor(q, total), nil
}
