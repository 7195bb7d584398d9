package sqlitestore

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/codec"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// A query becomes one statement. Every condition in it says exactly what storage.Query.Match says, so that limits,
// offsets and totals are the statement's own.
//
// What decides over its cost is what it reads first. Some filters have a source: an index that yields the users who
// pass. A source that yields them in the order asked for can be left as soon as there are enough. Any other has to be
// read to its end and sorted, which is good if it yields few, and bad if it yields half the account: then the users
// are walked in the order asked for until enough have passed, and because many pass, that is soon. So sources are probed:
// the first few of what they yield are counted. CROSS JOIN keeps SQLite from changing its mind.

// filter is a condition on u, a user's row, and the sources that yield who passes it.
type filter struct {
	condition string
	args      []any
	sources   []source
}

// source is a table expression with a column "user".
type source struct {
	table  string
	args   []any
	sorted bool // it yields users by id
	few    bool // it yields no more than the query names
	facets bool // it is the index of facets
}

// What a probe takes for many. Lists look for a page and can walk; totals have to see everybody.
const (
	manyToSort  = 2_000
	manyToCount = 100_000
)

// search is a statement in the making.
type search struct {
	account int64
	filters []filter
	first   source // read first, if it has a table
	none    bool   // nobody can pass
}

func (s *search) add(f filter) { s.filters = append(s.filters, f) }

func (s *search) and(condition string, args ...any) { s.add(filter{condition: condition, args: args}) }

// searchFor returns the filters of a query, those that leave fewest first.
func (r *reader) searchFor(q *storage.Query) *search {
	s := &search{account: r.account}
	s.key(q)
	s.ids(q)
	s.texts(q)
	s.sets(q)
	s.facets(q)
	return s
}

func (s *search) key(q *storage.Query) {
	if q.Key.Kind == 0 {
		return
	}
	if int(q.Key.Kind) >= user.NumKeyKinds || q.Key.Value == "" {
		s.none = true
		return
	}
	from := "SELECT user FROM " + keyTable(q.Key.Kind) + " WHERE account = ? AND kind = ? AND value = ?"
	args := []any{s.account, int64(q.Key.Kind), blob(q.Key.Value)}
	s.add(filter{"u.id IN (" + from + ")", args, []source{{table: from, args: args, sorted: true, few: true}}})
}

func (s *search) ids(q *storage.Query) {
	if q.IDs == nil {
		return
	}
	args := []any{array(q.IDs)}
	s.add(filter{"u.id IN (SELECT value FROM json_each(?))", args,
		[]source{{table: "SELECT DISTINCT value AS user FROM json_each(?)", args: args, few: true}}})
}

// The index of triples yields candidates for a part of three characters or more; the kept texts decide.
const gramSource = `SELECT x.user FROM (SELECT rowid AS document FROM roster_user_grams WHERE roster_user_grams MATCH ?) AS g
	CROSS JOIN roster_user_texts AS x ON x.document = g.document WHERE x.account = ?`

// What is said of the texts of a user: that a part is in any, in the first, the login, or in the second, the display
// name. The first place where it is must be before the next separator.
const (
	inAnyText = "instr(x.folded, ?) > 0"
	inLogin   = "instr(x.folded, ?) BETWEEN 1 AND instr(x.folded, x'FF') - 1"
	inDisplay = "instr(" + behindLogin + ", ?) BETWEEN 1 AND instr(" + behindLogin + ", x'FF') - 1"

	behindLogin = "substr(x.folded, instr(x.folded, x'FF') + 1)"
)

func (s *search) texts(q *storage.Query) {
	for _, p := range []struct{ part, holds string }{
		{q.Text, inAnyText}, {q.LoginPart, inLogin}, {q.DisplayPart, inDisplay},
	} {
		if p.part == "" {
			continue
		}
		folded := validate.Fold(p.part)
		args := []any{s.account, blob(folded)}
		f := filter{
			condition: "EXISTS (SELECT 1 FROM roster_user_texts AS x WHERE x.user = u.id AND x.account = ? AND " + p.holds + ")",
			args:      args,
		}
		if match := grams(s.account, folded); match != "" {
			f.sources = append(f.sources, source{table: gramSource + " AND " + p.holds, args: append([]any{match}, args...)})
		}
		f.sources = append(f.sources, source{
			table: "SELECT x.user FROM roster_user_texts AS x WHERE x.account = ? AND " + p.holds, args: args, sorted: true,
		})
		s.add(f)
	}
}

func (s *search) sets(q *storage.Query) {
	for _, f := range codec.SetFilters(q) {
		is, value, distinct := "= ?", any(nil), ""
		switch len(f.Values) {
		case 0:
			s.none = true
			continue
		case 1:
			value = f.Values[0]
		default:
			is, value, distinct = "IN (SELECT value FROM json_each(?))", array(f.Values), "DISTINCT "
		}
		from := "FROM roster_user_sets AS m WHERE m.account = ? AND m.name = ? AND m.value " + is
		args := []any{s.account, int64(f.Set), value}
		if f.Not {
			s.and("NOT EXISTS (SELECT 1 "+from+" AND m.user = u.id)", args...)
			continue
		}
		s.add(filter{"EXISTS (SELECT 1 " + from + " AND m.user = u.id)", args,
			[]source{{table: "SELECT " + distinct + "m.user " + from, args: args, sorted: distinct == ""}}})
	}
}

// facets are the filters whose columns stand in the users' rows, and all in one narrow index.
func (s *search) facets(q *storage.Query) {
	var conditions []string
	args := []any{s.account}
	and := func(condition string, arg ...any) {
		conditions = append(conditions, condition)
		args = append(args, arg...)
	}
	switch q.Deleted {
	case storage.NotDeleted:
		and("u.deleted = 0")
	case storage.OnlyDeleted:
		and("u.deleted = 1")
	}
	plain := len(conditions)
	for _, f := range []struct {
		column string
		wanted storage.Tri
	}{{"enabled", q.Enabled}, {"api_user", q.APIUser}, {"parent_accounting", q.ParentAccounting}} {
		if f.wanted != storage.Either {
			and("u."+f.column+" = ?", bit(f.wanted == storage.Yes))
		}
	}
	if q.Statuses != nil {
		and("u.status IN (SELECT value FROM json_each(?))", array(q.Statuses))
	}
	if q.Kinds != nil {
		and("u.kind IN (SELECT value FROM json_each(?))", array(q.Kinds))
	}
	if q.Roles != 0 {
		and("u.roles & ? <> 0", int64(q.Roles))
	}
	if len(conditions) == 0 {
		return
	}
	f := filter{condition: strings.Join(conditions, " AND "), args: args[1:]}
	if len(conditions) > plain || q.Deleted == storage.OnlyDeleted { // nearly everybody lives: that alone narrows nothing
		f.sources = []source{{
			table: "SELECT u.id AS user FROM roster_users AS u INDEXED BY roster_users_by_facet WHERE u.account = ? AND " + f.condition,
			args:  args, facets: true,
		}}
	}
	s.add(f)
}

// choose settles what is read first, and takes the filter out that it stands for. many is what is too much to sort;
// byID says that the order by id is the one asked for, or that none is.
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

// array returns numbers as a JSON array, which is how a statement takes a list of any length as one argument.
func array[T ~int64 | ~uint8](numbers []T) string {
	b := []byte{'['}
	for i, n := range numbers {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return string(append(b, ']'))
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

// maxGrams is how many triples of a text are looked up; the kept texts decide about the rest.
const maxGrams = 12

// grams returns what the full-text index is asked for a folded part of a name in one account, "" if the part is too
// short for it.
func grams(account int64, folded string) string {
	var b strings.Builder
	runes, n := []rune(folded), 0
	for i := 0; i+3 <= len(runes) && n < maxGrams; i++ {
		if gram := string(runes[i : i+3]); !strings.ContainsRune(gram, 0) { // NUL ends an expression
			fmt.Fprintf(&b, `"%s" AND `, strings.ReplaceAll(gram, `"`, `""`))
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return b.String() + `"` + scope(account) + `"`
}

// scope returns one triple that stands for an account in the full-text index: characters of a private plane, 16 bits
// each.
func scope(account int64) string {
	const plane = 0xF0000
	b := make([]byte, 0, 3*utf8.UTFMax)
	for shift := 0; shift < 48; shift += 16 {
		b = utf8.AppendRune(b, plane+rune(account>>shift&0xffff))
	}
	return string(b)
}

// document returns what of a user goes into the full-text index.
func document(account int64, folded string) string {
	return strings.ReplaceAll(folded, codec.Separator, "\n") + "\n" + scope(account)
}
