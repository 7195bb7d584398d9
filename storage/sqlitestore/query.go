package sqlitestore

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/gate"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
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

// search is a sqlread.Search with the source that the statement reads first.
type search struct {
	*sqlread.Search
	first sqlread.Source // without SQL: the users
}

func (r *reader) searchFor(q *storage.Query) *search {
	return &search{Search: sqlread.SearchFor(sqlread.SQLite, r.account, q, func(folded string) any {
		if match := gramQuery(r.number, folded); match != "" {
			return match
		}
		return nil
	})}
}

// choose sets s.first to the first source that yields less than many users, or that is sorted if
// byID is true (the order by id, or none), and removes the filter that the source replaces. A count
// (many is manyToCount) takes no source that reads the users themselves.
func (r *reader) choose(ctx context.Context, s *search, many int64, byID bool) error {
	for i, f := range s.Filters {
		for _, from := range f.Sources {
			if many == manyToCount && strings.HasPrefix(from.SQL, "SELECT u.id") {
				continue
			}
			if !from.Few && !(byID && from.Sorted) {
				n, err := r.count(ctx, "SELECT count(*) FROM (SELECT 1 FROM ("+from.SQL+") LIMIT "+strconv.FormatInt(many, 10)+")", s.Args...)
				if err != nil {
					return err
				}
				if n >= many {
					continue
				}
			}
			if s.first = from; !from.Loose {
				s.Filters = slices.Delete(s.Filters, i, i+1)
			}
			return nil
		}
	}
	return nil
}

// statement returns a SELECT statement of the columns for the users that pass all filters of s,
// without an order and a limit. It reads s.first first, if choose has set it.
func (s *search) statement(columns string) string {
	from := "roster_users AS u WHERE u.account = $1"
	if s.first.SQL != "" {
		from = "(" + s.first.SQL + ") AS k CROSS JOIN roster_users AS u ON u.account = $1 AND u.id = k.user_id WHERE true"
	}
	return "SELECT " + columns + " FROM " + strings.Join(append([]string{from}, s.Conditions()...), " AND ")
}

// list returns the SELECT statement for the page of users that q describes, and adds its arguments
// to s. The caller must first call Search.Behind and choose, which selects the source to read
// first.
func (s *search) list(q *storage.Query) string {
	way, id, by := "", "u.id", " ORDER BY "
	if q.Descending {
		way = " DESC"
	}
	if column := sqlread.OrderColumn(q.Order); column != "" {
		by += column + way + ", "
	} else if s.first.SQL != "" {
		id = "k.user_id" // sorted already, if the source is
	}
	return s.statement(sqlread.UserColumns) + by + id + way + " LIMIT " + s.Arg(int64(q.Max())) + " OFFSET " + s.Arg(int64(q.Offset))
}

func (r *reader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	if err := r.CheckQuery(ctx, &q); err != nil {
		return nil, err
	}
	s := r.searchFor(&q)
	if s.Behind(&q); s.None {
		return nil, nil
	}
	if err := r.choose(ctx, s, manyToSort, q.Order == storage.OrderByID); err != nil {
		return nil, r.Fail(ctx, err)
	}
	return sqlread.All(ctx, &r.Reader, sqlread.ScanUser, s.list(&q), s.Args...)
}

func (r *reader) CountUsers(ctx context.Context, q storage.Query) (int, error) {
	if err := r.CheckQuery(ctx, &q); err != nil {
		return 0, err
	}
	s := r.searchFor(&q)
	if s.None {
		return 0, nil
	}
	if err := r.choose(ctx, s, manyToCount, true); err != nil {
		return 0, r.Fail(ctx, err)
	}
	n, err := r.count(ctx, s.statement("count(*)"), s.Args...)
	return int(n), r.Fail(ctx, err)
}

func (r *reader) count(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = r.engine.query(ctx, query, func(v row) (bool, error) {
		n = v.number(0)
		return false, nil
	}, args...)
	return n, err
}

// maxGrams is how many triples of a part the index looks up. The stored texts then decide about the
// whole part.
const maxGrams = 12

// gramQuery returns a query for the FTS5 index of triples of characters. It finds the users of the
// account with that number whose texts contain each of the first 12 (maxGrams) triples of folded.
// It returns "" if folded has less than three characters.
func gramQuery(number int64, folded string) string {
	var b strings.Builder
	runes := []rune(folded)
	for i := 0; i+3 <= len(runes) && i < maxGrams; i++ {
		b.WriteString(`"` + strings.ReplaceAll(string(runes[i:i+3]), `"`, `""`) + `" AND `)
	}
	if b.Len() == 0 {
		return ""
	}
	return b.String() + `"` + accountGram(number) + `"`
}

// accountGram returns three characters of a private use plane of Unicode that stand for an account
// in the index. Each holds 16 bits of the account's number, which is less than 1<<48.
func accountGram(number int64) string {
	const plane = 0xF0000
	b := make([]byte, 0, 3*utf8.UTFMax)
	for shift := 0; shift < 48; shift += 16 {
		b = utf8.AppendRune(b, plane+rune(number>>shift&0xffff))
	}
	return string(b)
}

// gramText returns what the index contains about a user.
func gramText(number int64, folded string) string {
	return folded + record.Separator + accountGram(number)
}

// reader reads one account in one transaction. A writer embeds it.
type reader struct {
	sqlread.Reader
	asker
	account string
	number  int64 // the account's; 0: it was never written to
}

// begin starts the reader in an open transaction.
func (r *reader) begin(g *gate.Gate, writing bool) {
	r.Begin(g, writing, named)
	r.Open(r, sqlread.SQLite, r.account)
}

// open sets what the account's row contains.
func (r *reader) open(v row) {
	r.number = v.number(0)
	r.Row = sqlread.Account{
		Revision: user.Revision(v.number(1)), Config: user.Revision(v.number(2)), Units: balance.Units(v.number(3)),
	}
}

func (r *reader) Account(ctx context.Context) (a user.Account, err error) {
	if err := r.Check(ctx); err != nil {
		return a, err
	}
	v, ok, err := one(r.engine, "SELECT settings FROM roster_accounts WHERE id = ? AND settings IS NOT NULL", r.account)
	switch {
	case err != nil:
	case !ok:
		err = r.Missing()
	default:
		err = record.Decode([]byte(v.text(0)), &a)
	}
	return a, r.Fail(ctx, err)
}
