package sqlitestore

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/facet"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

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
	loose  bool // it yields others too: its filter still decides
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
	s.within(q)
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

// within limits the users to some subsets. What it reads first are the members of the groups that
// the subsets name, and the users that they name by id; the condition decides about those.
func (s *search) within(q *storage.Query) {
	if q.Within == nil || slices.ContainsFunc(q.Within, user.Subset.Every) {
		return
	}
	var f filter
	var either []string
	for _, t := range q.Within {
		var all []string
		if t.ID != 0 {
			all, f.args = append(all, "u.id = ?"), append(f.args, int64(t.ID))
		}
		if t.Groups != nil {
			from, args := s.membersOf(t.Groups)
			all, f.args = append(all, "EXISTS (SELECT 1 "+from+" AND m.user = u.id)"), append(f.args, args...)
		}
		if t.Without != 0 {
			all, f.args = append(all, "u.roles & ? = 0"), append(f.args, int64(t.Without))
		}
		either = append(either, strings.Join(all, " AND "))
	}
	if s.none = s.none || len(either) == 0; s.none {
		return
	}
	f.condition = "(" + strings.Join(either, " OR ") + ")"
	if ids, groups, ok := facet.Candidates(q.Within); ok {
		from := source{loose: true}
		members, args := s.membersOf(groups)
		const named = "SELECT DISTINCT j.value AS user FROM json_each(?) AS j"
		switch {
		case len(groups) == 0:
			from.table, from.args, from.few = named, []any{array(ids)}, true
		case len(ids) == 0:
			from.table, from.args, from.sorted = "SELECT m.user "+members, args, len(groups) == 1
		default: // each once, without reading the members to their end
			from.table = "SELECT m.user " + members + " UNION ALL " + named +
				" WHERE NOT EXISTS (SELECT 1 " + members + " AND m.user = j.value)"
			from.args = slices.Concat(args, []any{array(ids)}, args)
		}
		f.sources = []source{from}
	}
	s.add(f)
}

// membersOf returns the rows of the members of some agent groups. A user is a member of one, so
// no user is there twice.
func (s *search) membersOf(groups []user.GroupID) (string, []any) {
	const from = "FROM roster_user_sets AS m WHERE m.account = ? AND m.name = ? AND m.value "
	if len(groups) == 1 {
		return from + "= ?", []any{s.account, int64(facet.SetMemberOf), int64(groups[0])}
	}
	return from + "IN (SELECT value FROM json_each(?))", []any{s.account, int64(facet.SetMemberOf), array(groups)}
}

// The index of triples yields candidates for a part of three characters or more; the kept texts decide.
const gramSource = `SELECT x.user
	FROM (SELECT rowid AS document FROM roster_user_grams WHERE roster_user_grams MATCH ?) AS g
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
	for _, f := range facet.SetFilters(q) {
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
			table: "SELECT u.id AS user FROM roster_users AS u INDEXED BY roster_users_by_facet " +
				"WHERE u.account = ? AND " + f.condition,
			args: args, facets: true,
		}}
	}
	s.add(f)
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
