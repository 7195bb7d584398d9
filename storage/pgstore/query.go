package pgstore

import (
	"context"
	"crypto/md5"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// A query becomes one statement, so that limits, offsets and totals are the statement's own. What
// is read first the engine's planner chooses, by its statistics: an index that yields few users, or
// the users in the order asked for until enough have passed.

func searchFor(account string, q *storage.Query) *sqlread.Search {
	return sqlread.SearchFor(sqlread.PostgreSQL, account, q, func(folded string) any {
		if g := grams(account, folded); len(g) > 0 {
			return g[:min(len(g), maxGrams)]
		}
		return nil
	})
}

// maxGrams is how many triples of a part the index looks up. The stored texts then decide about the
// whole part.
const maxGrams = 12

// grams returns the numbers by which the index of texts finds folded, sorted and without
// duplicates: one for each sequence of three bytes that does not cross a record.Separator. The
// upper bits are a hash of account, so that two accounts rarely share a number.
func grams(account, folded string) []int64 {
	sum := md5.Sum([]byte(account)) // spreads accounts; nothing secret hangs on it
	scope := int64(binary.BigEndian.Uint32(sum[:4])&0x7fffffff) << 24
	out := make([]int64, 0, max(0, len(folded)-2))
	for text := range strings.SplitSeq(folded, record.Separator) {
		for i := 0; i+3 <= len(text); i++ {
			out = append(out, scope|int64(text[i])<<16|int64(text[i+1])<<8|int64(text[i+2]))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// selectUsersBy returns a statement that selects columns of the users that pass all conditions.
func selectUsersBy(columns string, conditions []string) string {
	return "SELECT " + columns + " FROM " + strings.Join(append([]string{"roster_users AS u WHERE u.account = $1"}, conditions...), " AND ")
}

// list returns the SELECT statement for a page of the users that pass the filters of s, with the
// order, the offset and the limit of q, and adds the statement's arguments to s. The caller must
// first add the position q.After to s with Search.Behind. If the order is by login or display name,
// and a filter selects a set of users, list uses the statement of byNumber.
func list(s *sqlread.Search, q *storage.Query) string {
	way := ""
	if q.Descending {
		way = " DESC"
	}
	order, column := " ORDER BY u.id"+way, sqlread.OrderColumn(q.Order)
	if column != "" {
		order = " ORDER BY " + column + way + ", u.id" + way
	}
	limit := " LIMIT " + s.Arg(int64(q.Max()))
	if q.Offset > 0 {
		limit += " OFFSET " + s.Arg(int64(q.Offset))
	}
	set := slices.IndexFunc(s.Filters, func(f sqlread.Filter) bool { return len(f.Sources) > 0 && f.Sources[0].Set })
	if column != "" && set >= 0 {
		return byNumber(s, set, order, s.Arg(int64(q.Max())+int64(q.Offset))) + order + limit
	}
	return selectUsersBy(sqlread.UserColumns, s.Conditions()) + order + limit
}

// fewMembers is how many members of a set are sorted rather than read in the order of an index.
const fewMembers = 2000

// byNumber returns a SELECT statement for the users that pass the filters of s; the caller appends
// order and the limit. The statement counts the set of s.Filters[set], because the planner does not
// know its size. It sorts up to 2000 users of the set (fewMembers). From a larger set, it reads
// users in the wanted order, at most the number in the placeholder most.
func byNumber(s *sqlread.Search, set int, order, most string) string {
	conditions := s.Conditions()
	among := slices.Clone(conditions)
	among[set] = "u.id IN (SELECT f.user_id FROM few AS f)"
	limit := s.Arg(int64(fewMembers))
	const counted = " AND (SELECT count(*) FROM few) "
	return "WITH few AS (SELECT m.user_id FROM (" + s.Filters[set].Sources[0].SQL + ") AS m LIMIT " + limit + "::bigint + 1) SELECT " +
		sqlread.UserColumns + " FROM (" + selectUsersBy("u.*", among) + counted + "<= " + limit + " UNION ALL (" +
		selectUsersBy("u.*", conditions) + counted + "> " + limit + order + " LIMIT " + most + ")) AS u"
}

func (r *reader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	if err := r.CheckQuery(ctx, &q); err != nil {
		return nil, err
	}
	s := searchFor(r.account, &q)
	if s.Behind(&q); s.None {
		return nil, nil
	}
	return sqlread.All(ctx, &r.Reader, sqlread.ScanUser, list(s, &q), s.Args...)
}

func (r *reader) CountUsers(ctx context.Context, q storage.Query) (n int, _ error) {
	if err := r.CheckQuery(ctx, &q); err != nil {
		return 0, err
	}
	s := searchFor(r.account, &q)
	if s.None {
		return 0, nil
	}
	err := query(ctx, r, func(row sqlread.Row) error { return row.Scan(&n) }, selectUsersBy("count(*)", s.Conditions()), s.Args...)
	return n, r.Fail(ctx, err)
}
