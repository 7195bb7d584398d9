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

// A query becomes one statement. What narrows it most is read first, and CROSS JOIN keeps SQLite from thinking
// otherwise; with nothing to narrow it, users are walked in the order that is asked for until there are enough. Every
// condition says exactly what storage.Query.Match says, so that limits, offsets and totals are the statement's.

// search is a statement in the making.
type search struct {
	account int64
	from    string // where candidates come from: a source with a column "user", or ""
	first   []any  // arguments of from
	where   []string
	args    []any
	none    bool // nobody can match
}

func (s *search) and(condition string, args ...any) {
	s.where = append(s.where, condition)
	s.args = append(s.args, args...)
}

// drive makes a source of candidates the first to be read, unless there is one already, and reports whether it did.
func (s *search) drive(source string, args ...any) bool {
	if s.from != "" {
		return false
	}
	s.from, s.first = source, args
	return true
}

func (r *reader) search(q *storage.Query) *search {
	s := &search{account: r.account}
	s.keys(q)
	s.ids(q)
	s.texts(q)
	s.sets(q)
	s.facets(q)
	return s
}

func (s *search) keys(q *storage.Query) {
	if q.Key.Kind == 0 {
		return
	}
	if int(q.Key.Kind) >= user.NumKeyKinds || q.Key.Value == "" {
		s.none = true
		return
	}
	s.drive("(SELECT user FROM "+keyTable(q.Key.Kind)+" WHERE account = ? AND kind = ? AND value = ?)",
		s.account, int64(q.Key.Kind), blob(q.Key.Value))
}

func (s *search) ids(q *storage.Query) {
	if q.IDs == nil {
		return
	}
	if ids := array(q.IDs); !s.drive("(SELECT DISTINCT value AS user FROM json_each(?))", ids) {
		s.and("u.id IN (SELECT value FROM json_each(?))", ids)
	}
}

// texts finds parts of names. Three characters or more are looked up in the index of triples, whose candidates the
// kept texts then confirm; fewer are looked for in all kept texts of the account.
func (s *search) texts(q *storage.Query) {
	parts := []struct{ part, condition string }{
		{q.Text, "instr(x.folded, ?) > 0"},
		// The first place where it is must be before the first separator.
		{q.LoginPart, "instr(x.folded, ?) BETWEEN 1 AND instr(x.folded, x'FF') - 1"},
	}
	for _, p := range parts {
		if p.part == "" {
			continue
		}
		folded := validate.Fold(p.part)
		condition := "x.account = ? AND " + p.condition
		match := grams(s.account, folded)
		var drives bool
		if match != "" {
			drives = s.drive(`(SELECT x.user FROM (SELECT rowid AS document FROM roster_user_grams WHERE roster_user_grams MATCH ?) AS g
				CROSS JOIN roster_user_texts AS x ON x.document = g.document WHERE `+condition+")",
				match, s.account, blob(folded))
		} else {
			drives = s.drive("(SELECT x.user FROM roster_user_texts AS x WHERE "+condition+")", s.account, blob(folded))
		}
		if !drives {
			s.and("EXISTS (SELECT 1 FROM roster_user_texts AS x WHERE x.user = u.id AND "+condition+")", s.account, blob(folded))
		}
	}
	if q.DisplayPart != "" {
		s.and("instr(u.display, ?) > 0", blob(validate.Fold(q.DisplayPart)))
		if folded := validate.Fold(q.DisplayPart); s.from == "" {
			if match := grams(s.account, folded); match != "" { // the texts hold the display name too
				s.drive(`(SELECT x.user FROM (SELECT rowid AS document FROM roster_user_grams WHERE roster_user_grams MATCH ?) AS g
					CROSS JOIN roster_user_texts AS x ON x.document = g.document WHERE x.account = ?)`, match, s.account)
			}
		}
	}
}

func (s *search) sets(q *storage.Query) {
	for _, f := range codec.SetFilters(q) {
		const table = "roster_user_sets AS m WHERE m.account = ? AND m.name = ? AND m.value "
		is, value := "= ?", any(nil)
		switch len(f.Values) {
		case 0:
			s.none = true
			continue
		case 1:
			value = f.Values[0]
		default:
			is, value = "IN (SELECT value FROM json_each(?))", array(f.Values)
		}
		switch {
		case f.Not:
			s.and("NOT EXISTS (SELECT 1 FROM "+table+is+" AND m.user = u.id)", s.account, int64(f.Set), value)
		case len(f.Values) == 1 && s.drive("(SELECT m.user FROM "+table+is+")", s.account, int64(f.Set), value):
		case len(f.Values) > 1 && s.drive("(SELECT DISTINCT m.user FROM "+table+is+")", s.account, int64(f.Set), value):
		default:
			s.and("EXISTS (SELECT 1 FROM "+table+is+" AND m.user = u.id)", s.account, int64(f.Set), value)
		}
	}
}

func (s *search) facets(q *storage.Query) {
	switch q.Deleted {
	case storage.NotDeleted:
		s.and("u.deleted = 0")
	case storage.OnlyDeleted:
		s.and("u.deleted = 1")
	}
	for _, f := range []struct {
		column string
		wanted storage.Tri
	}{{"enabled", q.Enabled}, {"api_user", q.APIUser}, {"parent_accounting", q.ParentAccounting}} {
		if f.wanted != storage.Either {
			s.and("u."+f.column+" = ?", bit(f.wanted == storage.Yes))
		}
	}
	if q.Kinds != nil {
		s.and("u.kind IN (SELECT value FROM json_each(?))", array(q.Kinds))
	}
	if q.Statuses != nil {
		s.and("u.status IN (SELECT value FROM json_each(?))", array(q.Statuses))
	}
	if q.Roles != 0 {
		s.and("u.roles & ? <> 0", int64(q.Roles))
	}
}

// statement returns the statement that selects the columns of the users, with what comes behind its conditions.
func (s *search) statement(columns, tail string, args ...any) (string, []any) {
	var b strings.Builder
	b.WriteString("SELECT " + columns + " FROM ")
	all := append([]any(nil), s.first...)
	if s.from != "" {
		b.WriteString(s.from + " AS k CROSS JOIN roster_users AS u ON u.account = ? AND u.id = k.user")
	} else {
		b.WriteString("roster_users AS u")
		s.where = append([]string{"u.account = ?"}, s.where...)
	}
	all = append(all, s.account)
	for i, condition := range s.where {
		b.WriteString([...]string{" AND ", " WHERE "}[bit(i == 0)] + condition)
	}
	b.WriteString(tail)
	return b.String(), append(append(all, s.args...), args...)
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

func (s *search) list(q *storage.Query) (string, []any) {
	s.behind(q)
	way := ""
	if q.Descending {
		way = " DESC"
	}
	id := "u.id"
	if s.from != "" {
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
	s := r.search(&q)
	query, args := s.list(&q)
	if s.none {
		return nil, nil
	}
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
	s := r.search(&q)
	if s.none {
		return 0, nil
	}
	query, args := s.statement("count(*)", "")
	n := 0
	err := r.engine.query(ctx, true, query, func(v []driver.Value) (bool, error) {
		n = int(number(v[0]))
		return false, nil
	}, args...)
	return n, r.noted(ctx, err)
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
