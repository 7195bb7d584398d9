package sqlitestore

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/facet"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// filter is a condition on u, a row of roster_users. Its sources yield the users that pass.
type filter struct {
	condition string
	args      []any
	sources   []source
}

// source is a table expression with a column user_id.
type source struct {
	table  string
	args   []any
	sorted bool // it yields users by id
	few    bool // it yields no more users than the query names
	loose  bool // it yields other users too: the condition still decides
}

// search is a statement for a query, in the making.
type search struct {
	account string
	number  int64
	filters []filter
	first   source // what is read first; without a table: the users
	none    bool   // no user can pass
}

func (s *search) and(condition string, args []any, sources ...source) {
	s.filters = append(s.filters, filter{condition, args, sources})
}

// searchFor returns the filters of a query, for a total or for a page. Those that leave the fewest
// users come first.
func (r *reader) searchFor(q *storage.Query, total bool) *search {
	s := &search{account: r.account, number: r.number}
	if q.Key.Kind != 0 {
		from := "SELECT user_id FROM " + sqlread.KeyTable(q.Key.Kind) + " WHERE account = ? AND kind = ? AND value = ?"
		args := []any{s.account, q.Key.Kind.String(), q.Key.Value}
		s.and("u.id IN ("+from+")", args, source{table: from, args: args, sorted: true, few: true})
	}
	if q.IDs != nil {
		args := []any{array(q.IDs)}
		s.and("u.id IN (SELECT value FROM json_each(?))", args,
			source{table: "SELECT DISTINCT value AS user_id FROM json_each(?)", args: args, few: true})
	}
	if q.Within != nil && !slices.ContainsFunc(q.Within, user.Subset.Every) {
		s.within(q.Within)
	}
	for _, p := range []struct{ part, holds string }{
		{q.Text, inAnyText}, {q.LoginPart, inLogin}, {q.DisplayPart, inDisplay},
	} {
		if p.part != "" {
			s.part(validate.Fold(p.part), p.holds)
		}
	}
	s.custom(q)
	for _, f := range facet.SetFilters(q) {
		s.set(f)
	}
	s.facets(q, total)
	return s
}

// within limits the users to subsets. The members of the groups that the subsets name, and the
// users that they name by id, are read first, and the condition decides about them.
func (s *search) within(subsets []user.Subset) {
	var condition []string
	var conditionArgs []any
	for _, t := range subsets {
		var all []string
		if t.ID != 0 {
			all, conditionArgs = append(all, "u.id = ?"), append(conditionArgs, int64(t.ID))
		}
		if t.Groups != nil {
			from, args := membersOf(s.account, facet.SetMemberOf, t.Groups)
			all, conditionArgs = append(all, "EXISTS (SELECT 1 "+from+" AND m.user_id = u.id)"), append(conditionArgs, args...)
		}
		switch {
		case !t.Without.IsList(): // the user holds no role but these
			all = append(all, "NOT EXISTS (SELECT 1 FROM json_each(u.roles) AS r WHERE r.value NOT IN (SELECT value FROM json_each(?)))")
			conditionArgs = append(conditionArgs, array(record.Roles(t.Without.Complement())))
		case !t.Without.IsZero():
			has, args := hasRole(t.Without)
			all, conditionArgs = append(all, "NOT "+has), append(conditionArgs, args...)
		}
		condition = append(condition, strings.Join(all, " AND "))
	}
	if len(condition) == 0 {
		s.none = true
		return
	}
	var sources []source
	if ids, groups, ok := facet.Candidates(subsets); ok {
		from := source{loose: true}
		members, args := membersOf(s.account, facet.SetMemberOf, groups)
		const named = "SELECT DISTINCT j.value AS user_id FROM json_each(?) AS j"
		switch {
		case len(groups) == 0:
			from.table, from.args, from.few = named, []any{array(ids)}, true
		case len(ids) == 0:
			from.table, from.args, from.sorted = "SELECT m.user_id "+members, args, len(groups) == 1
		default: // each once, without reading all members
			from.table = "SELECT m.user_id " + members + " UNION ALL " + named +
				" WHERE NOT EXISTS (SELECT 1 " + members + " AND m.user_id = j.value)"
			from.args = slices.Concat(args, []any{array(ids)}, args)
		}
		sources = append(sources, from)
	}
	s.and("("+strings.Join(condition, " OR ")+")", conditionArgs, sources...)
}

// membersOf returns the rows of a set that have one of some values. Those of one value are sorted
// by the user's id.
func membersOf[T ~int64](account string, set facet.Set, values []T) (string, []any) {
	from, args := "FROM roster_user_sets AS m WHERE m.account = ? AND m.name = ? AND m.value ",
		[]any{account, record.SetName(set)}
	if len(values) == 1 {
		return from + "= ?", append(args, int64(values[0]))
	}
	return from + "IN (SELECT value FROM json_each(?))", append(args, array(values))
}

func (s *search) set(f facet.SetFilter) {
	if len(f.Values) == 0 {
		s.none = true
		return
	}
	from, args := membersOf(s.account, f.Set, f.Values)
	has := "EXISTS (SELECT 1 " + from + " AND m.user_id = u.id)"
	if f.Not {
		s.and("NOT "+has, args)
		return
	}
	distinct := ""
	if len(f.Values) > 1 {
		distinct = "DISTINCT "
	}
	s.and(has, args, source{table: "SELECT " + distinct + "m.user_id " + from, args: args, sorted: distinct == ""})
}

// custom adds the filters on custom attributes.
func (s *search) custom(q *storage.Query) {
	const named = "SELECT m.user_id FROM roster_user_custom AS m WHERE m.account = ? AND m.name = ?"
	for name, v := range q.Custom.All() {
		from, args := named+" AND m.value = ?", []any{s.account, name, v.String()}
		s.and("u.id IN ("+from+")", args, source{table: from, args: args, sorted: true})
	}
	if q.HasCustom != "" {
		args := []any{s.account, q.HasCustom}
		s.and("u.id IN ("+named+")", args, source{table: named, args: args})
	}
	if q.LacksCustom != "" {
		s.and("u.id NOT IN ("+named+")", []any{s.account, q.LacksCustom})
	}
}

// gramSource yields candidates for a part of three characters or more. The kept texts decide.
const gramSource = `SELECT x.user_id
	FROM (SELECT rowid AS document FROM roster_user_grams WHERE roster_user_grams MATCH ?) AS g
	CROSS JOIN roster_user_texts AS x ON x.document = g.document WHERE x.account = ?`

// The conditions on the texts of a user: a part is in any text, in the first, the login, or in the
// second, the display name.
const (
	inAnyText = "instr(x.folded, ?) > 0"
	inLogin   = "instr(x.folded, ?) BETWEEN 1 AND instr(x.folded, '" + record.Separator + "') - 1"
	inDisplay = "instr(" + behindLogin + ", ?) BETWEEN 1 AND instr(" + behindLogin + ", '" + record.Separator + "') - 1"

	behindLogin = "substr(x.folded, instr(x.folded, '" + record.Separator + "') + 1)"
)

func (s *search) part(folded, holds string) {
	if !validate.IsStorable(folded) {
		s.none = true
		return
	}
	args := []any{s.account, folded}
	const from = " FROM roster_user_texts AS x WHERE x.account = ? AND "
	var sources []source
	if match := gramQuery(s.number, folded); match != "" {
		sources = append(sources, source{table: gramSource + " AND " + holds, args: append([]any{match}, args...)})
	}
	s.and("EXISTS (SELECT 1"+from+holds+" AND x.user_id = u.id)", args,
		append(sources, source{table: "SELECT x.user_id" + from + holds, args: args, sorted: true})...)
}

// facets adds the filters whose columns are all in one narrow index. A total reads that index
// without a source.
func (s *search) facets(q *storage.Query, total bool) {
	var conditions []string
	var args []any
	and := func(condition string, arg ...any) {
		conditions, args = append(conditions, condition), append(args, arg...)
	}
	narrow := q.Deleted == storage.OnlyDeleted // nearly every user lives, so that alone narrows nothing
	if narrow {
		and("u.deleted_at IS NOT NULL")
	} else if q.Deleted == storage.NotDeleted {
		and("u.deleted_at IS NULL")
	}
	before := len(conditions)
	for _, f := range []struct {
		column string
		wanted storage.BoolFilter
	}{{"enabled", q.Enabled}, {"api_user", q.APIUser}, {"parent_accounting", q.ParentAccounting}} {
		if f.wanted != storage.Any {
			and("u."+f.column+" = ?", flag(f.wanted == storage.Yes))
		}
	}
	if q.Statuses != nil {
		and("u.status IN (SELECT value FROM json_each(?))", array(names(q.Statuses)))
	}
	if q.Kinds != nil {
		and("u.kind IN (SELECT value FROM json_each(?))", array(names(q.Kinds)))
	}
	if !q.Roles.IsZero() {
		has, roles := hasRole(q.Roles)
		and(has, roles...)
	}
	if len(conditions) == 0 {
		return
	}
	condition := strings.Join(conditions, " AND ")
	var sources []source
	if !total && (narrow || len(conditions) > before) {
		sources = append(sources, source{
			table: "SELECT u.id AS user_id FROM roster_users AS u INDEXED BY roster_users_by_facet " +
				"WHERE u.account = ? AND " + condition,
			args: append([]any{s.account}, args...),
		})
	}
	s.and(condition, args, sources...)
}

// hasRole returns the condition that a user has one of some roles.
func hasRole(roles user.Roles) (condition string, args []any) {
	for _, name := range record.Roles(roles) {
		args = append(args, `"`+name+`"`)
	}
	return "(" + strings.Repeat("instr(u.roles, ?) > 0 OR ", len(args)-1) + "instr(u.roles, ?) > 0)", args
}

// names returns the names of an enumeration's values.
func names[T interface{ String() string }](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = v.String()
	}
	return list
}

// array returns a JSON array, by which a statement takes a list of any length as one argument.
func array[T any](values []T) string {
	b, err := json.Marshal(values)
	if err != nil || len(values) == 0 {
		return "[]"
	}
	return string(b)
}
