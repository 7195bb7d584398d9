package sqlread

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/internal/facet"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Search collects the conditions of a storage.Query and builds its statements. Together its filters
// accept the users that storage.Query.Match accepts. The argument $1 is the account.
type Search struct {
	Args    []any
	Filters []Filter // those that leave the fewest users come first
	None    bool     // no user can pass
	dialect Dialect
}

// Filter is a condition on u, a row of roster_users. A source is another way to find the users that
// pass the condition.
type Filter struct {
	Condition string
	Sources   []Source
}

// Source is a SELECT statement whose column user_id has the users that pass a filter.
type Source struct {
	SQL    string
	Set    bool // it reads rows of a set of users, and may yield a user twice
	Sorted bool // it yields users by id
	Few    bool // it yields no more users than the query names
	Loose  bool // it yields other users too: the condition still decides
}

// Grams returns the argument with which an index of triples finds candidates for a folded part of a
// name. It returns nil for a part that is too short to have a triple.
type Grams func(folded string) any

// SearchFor returns a Search for the users that pass the filters of the query q in the account. It
// ignores Order, After, Offset and Limit of q; Behind adds the condition for After.
func SearchFor(d Dialect, account string, q *storage.Query, grams Grams) *Search {
	s := &Search{Args: []any{account}, dialect: d}
	s.key(q.Key)
	if q.IDs != nil {
		s.ids(q.IDs)
	}
	if q.Within != nil && !slices.ContainsFunc(q.Within, user.Subset.Every) {
		s.within(q.Within)
	}
	s.part(q.Text, inAnyText, grams)
	s.part(q.LoginPart, inLogin, grams)
	s.part(q.DisplayPart, inDisplay, grams)
	s.custom(q)
	for _, f := range facet.SetFilters(q) {
		s.set(f)
	}
	s.facets(q)
	return s
}

// Arg adds an argument and returns its name in the statement.
func (s *Search) Arg(v any) string {
	s.Args = append(s.Args, v)
	return fmt.Sprintf("$%d", len(s.Args))
}

func (s *Search) and(condition string, sources ...Source) {
	s.Filters = append(s.Filters, Filter{condition, sources})
}

func (s *Search) numbers(values []int64) string { return s.Arg(list(s.dialect, values)) }

func (s *Search) texts(values []string) string { return s.Arg(list(s.dialect, values)) }

func (s *Search) key(k user.Key) {
	switch {
	case k.Kind == 0:
	case int(k.Kind) >= user.NumKeyKinds || k.Value == "":
		s.None = true
	default:
		from := "SELECT k.user_id FROM " + KeyTable(k.Kind) + " AS k WHERE k.account = $1 AND k.kind = " + s.Arg(k.Kind.String()) +
			" AND k.value = " + s.Arg(k.Value)
		s.and("u.id IN ("+from+")", Source{SQL: from, Sorted: true, Few: true})
	}
}

func (s *Search) ids(ids []user.ID) {
	arg := s.numbers(numbers(ids))
	s.and("u.id"+s.dialect.in(arg, "bigint"), Source{SQL: s.named(arg), Few: true})
}

// named returns a statement that yields each id of the list arg once.
func (s *Search) named(arg string) string {
	return "SELECT DISTINCT j.value AS user_id FROM " + s.dialect.rows(arg)
}

// membersOf returns the part after FROM of a SELECT of the users whose set contains one of the
// values. Its rows are those of roster_user_sets, with the alias m. membersOf adds arguments to s.
func (s *Search) membersOf(set facet.Set, values []int64) string {
	from := "roster_user_sets AS m WHERE m.account = $1 AND m.name = " + s.Arg(record.SetName(set)) + " AND m.value"
	if len(values) == 1 {
		return from + " = " + s.Arg(values[0])
	}
	return from + s.dialect.in(s.numbers(values), "bigint")
}

func (s *Search) set(f facet.SetFilter) {
	if len(f.Values) == 0 {
		s.None = true
		return
	}
	members := s.membersOf(f.Set, f.Values)
	has := "EXISTS (SELECT 1 FROM " + members + " AND m.user_id = u.id)"
	switch {
	case f.Not:
		s.and("NOT " + has)
	case len(f.Values) == 1:
		s.and(has, Source{SQL: "SELECT m.user_id FROM " + members, Set: true, Sorted: true})
	default:
		s.and(has, Source{SQL: "SELECT DISTINCT m.user_id FROM " + members, Set: true})
	}
}

// custom adds the filters of q on custom attributes. A user must have each value of q.Custom, must
// have the attribute q.HasCustom with any value, and must not have the attribute q.LacksCustom. An
// empty field of q adds no filter.
func (s *Search) custom(q *storage.Query) {
	named := func(name string) string {
		return "SELECT m.user_id FROM roster_user_custom AS m WHERE m.account = $1 AND m.name = " + s.Arg(name)
	}
	for name, v := range q.Custom.All() {
		from := named(name) + " AND m.value = " + s.Arg(v.String())
		s.and("u.id IN ("+from+")", Source{SQL: from, Set: true, Sorted: true})
	}
	if q.HasCustom != "" {
		from := named(q.HasCustom)
		s.and("u.id IN ("+from+")", Source{SQL: from, Set: true})
	}
	if q.LacksCustom != "" {
		s.and("u.id NOT IN (" + named(q.LacksCustom) + ")")
	}
}

// within adds the filter that a user is in at least one of the subsets. No subset may contain every
// user (Subset.Every). Without subsets it sets s.None, so that the search finds no user. If each
// subset names a user or groups, within adds a Source that finds these users and the members of the
// groups. For PostgreSQL the Source is also a filter, and no other filter is added if the Source
// finds exactly the users of the subsets.
func (s *Search) within(subsets []user.Subset) {
	if len(subsets) == 0 {
		s.None = true
		return
	}
	var candidates []Source
	if ids, groups, ok := facet.Candidates(subsets); ok {
		from := Source{Loose: true, Set: len(groups) > 0, Few: len(groups) == 0}
		members := ""
		if len(groups) > 0 {
			members = s.membersOf(facet.SetMemberOf, numbers(groups))
			from.SQL, from.Sorted = "SELECT m.user_id FROM "+members, len(groups) == 1 && len(ids) == 0
		}
		switch {
		case len(groups) == 0:
			from.SQL = s.named(s.numbers(numbers(ids)))
		case len(ids) > 0: // each once, without reading all members
			from.SQL += " UNION ALL " + s.named(s.numbers(numbers(ids))) + " WHERE NOT EXISTS (SELECT 1 FROM " + members + " AND m.user_id = j.value)"
		}
		candidates = append(candidates, from)
		if s.dialect == PostgreSQL { // its planner decides what is read first
			s.and("u.id IN ("+from.SQL+")", candidates...)
			candidates = nil
			if !slices.ContainsFunc(subsets, func(t user.Subset) bool { return !t.Without.IsZero() || t.ID != 0 && t.Groups != nil }) {
				return // the candidates are the users
			}
		}
	}
	var either []string
	for _, t := range subsets {
		var all []string
		if t.ID != 0 {
			all = append(all, "u.id = "+s.Arg(int64(t.ID)))
		}
		if t.Groups != nil {
			all = append(all, "EXISTS (SELECT 1 FROM "+s.membersOf(facet.SetMemberOf, numbers(t.Groups))+" AND m.user_id = u.id)")
		}
		switch {
		case !t.Without.IsList():
			all = append(all, s.onlyRoles(record.Roles(t.Without.Complement())))
		case !t.Without.IsZero():
			all = append(all, "NOT "+s.hasRole(record.Roles(t.Without)))
		}
		either = append(either, strings.Join(all, " AND "))
	}
	s.and("("+strings.Join(either, " OR ")+")", candidates...)
}

// part adds the filter that a text of the user contains the parameter part; the parameter in
// selects the texts. Both sides are compared in the form of validate.Fold. If part is "", no filter
// is added. If the folded part cannot be stored, part sets s.None, because no text contains it.
func (s *Search) part(part string, in place, grams Grams) {
	if part == "" {
		return
	}
	folded := validate.Fold(part)
	if !validate.IsStorable(folded) {
		s.None = true
		return
	}
	holds := s.dialect.holds(in, s.Arg(folded))
	index := ""
	if g := grams(folded); g != nil {
		index = s.Arg(g)
	}
	var sources []Source
	switch {
	case index == "":
	case s.dialect == PostgreSQL:
		holds = "x.grams @> " + index + "::bigint[] AND " + holds
	default:
		sources = []Source{{SQL: "SELECT x.user_id FROM (SELECT rowid AS document FROM roster_user_grams WHERE roster_user_grams MATCH " +
			index + ") AS g CROSS JOIN roster_user_texts AS x ON x.document = g.document WHERE x.account = $1 AND " + holds}}
	}
	from := " FROM roster_user_texts AS x WHERE x.account = $1 AND " + holds
	s.and("EXISTS (SELECT 1"+from+" AND x.user_id = u.id)", append(sources, Source{SQL: "SELECT x.user_id" + from, Sorted: true})...)
}

// facets adds one filter to s for the conditions of q on deletion, flags, status, kind and roles.
// The filter also has a Source, which reads an index with all these columns. A query for users that
// are not deleted, without another of these conditions, gets no Source, because nearly every user
// passes.
func (s *Search) facets(q *storage.Query) {
	var all []string
	narrow := q.Deleted == storage.OnlyDeleted // nearly every user lives, so that alone narrows nothing
	switch q.Deleted {
	case storage.NotDeleted:
		all = append(all, "u.deleted_at IS NULL")
	case storage.OnlyDeleted:
		all = append(all, "u.deleted_at IS NOT NULL")
	}
	before := len(all)
	for _, f := range []struct {
		column string
		wanted storage.BoolFilter
	}{{"u.enabled", q.Enabled}, {"u.api_user", q.APIUser}, {"u.parent_accounting", q.ParentAccounting}} {
		switch {
		case f.wanted == storage.Any:
		case s.dialect == SQLite && f.wanted == storage.Yes:
			all = append(all, f.column+" = 1")
		case s.dialect == SQLite:
			all = append(all, f.column+" = 0")
		case f.wanted == storage.Yes:
			all = append(all, f.column)
		default:
			all = append(all, "NOT "+f.column)
		}
	}
	if q.Statuses != nil {
		all = append(all, "u.status"+s.dialect.in(s.texts(namesOf(q.Statuses)), "text"))
	}
	if q.Kinds != nil {
		all = append(all, "u.kind"+s.dialect.in(s.texts(namesOf(q.Kinds)), "text"))
	}
	if !q.Roles.IsZero() {
		all = append(all, s.hasRole(record.Roles(q.Roles)))
		if s.dialect == PostgreSQL && !q.Roles.Has(user.Agent) { // follows, and names an index of those few
			all = append(all, "u.roles <> '{agent}'")
		}
	}
	if len(all) == 0 {
		return
	}
	condition := strings.Join(all, " AND ")
	var sources []Source
	if narrow || len(all) > before {
		sources = []Source{{SQL: "SELECT u.id AS user_id FROM roster_users AS u" + s.dialect.Hint("roster_users_by_facet") +
			" WHERE u.account = $1 AND " + condition}}
	}
	s.and(condition, sources...)
}

// hasRole returns the SQL condition that a user has at least one of the named roles, which must not
// be empty. It adds the arguments to s.
func (s *Search) hasRole(roles []string) string {
	if s.dialect == PostgreSQL {
		return "u.roles && " + s.Arg(roles) + "::text[]"
	}
	has := make([]string, len(roles))
	for i, name := range roles {
		has[i] = "instr(u.roles, " + s.Arg(`"`+name+`"`) + ") > 0"
	}
	return "(" + strings.Join(has, " OR ") + ")"
}

// onlyRoles returns the SQL condition that a user has no roles but the named ones. It adds the
// argument to s.
func (s *Search) onlyRoles(roles []string) string {
	arg := s.texts(roles)
	if s.dialect == PostgreSQL {
		return "u.roles <@ " + arg + "::text[]"
	}
	return "NOT EXISTS (SELECT 1 FROM json_each(u.roles) AS r WHERE r.value NOT" + s.dialect.in(arg, "text") + ")"
}

// orders has the column by which each order sorts users. The user's id follows as a second key.
var orders = [...]string{storage.OrderByID: "", storage.OrderByLogin: "u.login_key", storage.OrderByDisplayName: "u.display_key"}

// OrderColumn returns the column by which o sorts users before their ids. It is "" for the order by
// id.
func OrderColumn(o storage.Order) string { return orders[o] }

// Behind adds the condition that a user comes after the position q.After in the order of q. It adds
// nothing if q.After is nil. In the order by id the key of q.After should be "". With another key,
// every user passes if the order is descending, and none (s.None) if it is ascending.
func (s *Search) Behind(q *storage.Query) {
	if q.After == nil {
		return
	}
	is := " > "
	if q.Descending {
		is = " < "
	}
	switch column := orders[q.Order]; {
	case column != "":
		s.and("(" + column + ", u.id)" + is + "(" + s.Arg(q.After.Key) + ", " + s.Arg(int64(q.After.ID)) + ")")
	case q.After.Key == "":
		s.and("u.id" + is + s.Arg(int64(q.After.ID)))
	case !q.Descending:
		s.None = true // by id every key is "", which is before the position's
	}
}

// Conditions returns the SQL condition of each filter, in the order of s.Filters.
func (s *Search) Conditions() []string {
	all := make([]string, len(s.Filters))
	for i, f := range s.Filters {
		all[i] = f.Condition
	}
	return all
}

// namesOf returns the names of values in the same order. It never returns nil.
func namesOf[T fmt.Stringer](values []T) []string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = v.String()
	}
	return names
}
