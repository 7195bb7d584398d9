package pgstore

import (
	"context"
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/facet"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// A query becomes one statement. Every condition in it says exactly what storage.Query.Match says,
// so that limits, offsets and totals are the statement's own. What is read first the engine's
// planner chooses, by its statistics: an index that yields few users, or the users in the order
// asked for until enough have passed.

// search is a statement in the making.
type search struct {
	conditions []string
	args       []any
	none       bool   // no user can pass
	members    string // the rows of a set, of which each user that passes has one; "" if the query names no set
	membership int    // the condition that says so
}

// arg adds an argument and returns its name in the statement.
func (s *search) arg(v any) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

func (s *search) and(condition string) { s.conditions = append(s.conditions, condition) }

// searchFor returns the filters of a query.
func searchFor(account string, q *storage.Query) *search {
	s := &search{}
	s.and("u.account = " + s.arg(account))
	s.facets(q)
	s.key(q)
	s.sets(q)
	s.custom(q)
	s.within(q)
	s.texts(account, q)
	return s
}

// facets are the filters whose columns stand in the users' rows.
func (s *search) facets(q *storage.Query) {
	switch q.Deleted {
	case storage.NotDeleted:
		s.and("u.deleted_at IS NULL")
	case storage.OnlyDeleted:
		s.and("u.deleted_at IS NOT NULL")
	}
	for _, f := range []struct {
		column string
		wanted storage.BoolFilter
	}{{"u.enabled", q.Enabled}, {"u.api_user", q.APIUser}, {"u.parent_accounting", q.ParentAccounting}} {
		switch f.wanted {
		case storage.Yes:
			s.and(f.column)
		case storage.No:
			s.and("NOT " + f.column)
		}
	}
	if q.IDs != nil {
		s.and("u.id = ANY(" + s.arg(numbers(q.IDs)) + "::bigint[])")
	}
	if q.Statuses != nil {
		s.and("u.status = ANY(" + s.arg(namesOf(q.Statuses)) + "::text[])")
	}
	if q.Kinds != nil {
		s.and("u.kind = ANY(" + s.arg(namesOf(q.Kinds)) + "::text[])")
	}
	if !q.Roles.IsZero() {
		s.and("u.roles && " + s.arg(record.Roles(q.Roles)) + "::text[]")
		if !q.Roles.Has(user.Agent) { // follows, and names an index of those few
			s.and("u.roles <> '{agent}'")
		}
	}
}

func (s *search) key(q *storage.Query) {
	switch {
	case q.Key.Kind == 0:
	case int(q.Key.Kind) >= user.NumKeyKinds || q.Key.Value == "":
		s.none = true
	default:
		s.and("u.id IN (SELECT k.user_id FROM " + sqlread.KeyTable(q.Key.Kind) + " AS k WHERE k.account = $1 AND k.kind = " +
			s.arg(q.Key.Kind.String()) + " AND k.value = " + s.arg(q.Key.Value) + ")")
	}
}

func (s *search) sets(q *storage.Query) {
	for _, f := range facet.SetFilters(q) {
		is := ""
		switch len(f.Values) {
		case 0:
			s.none = true
			continue
		case 1:
			is = "= " + s.arg(f.Values[0])
		default:
			is = "= ANY(" + s.arg(f.Values) + "::bigint[])"
		}
		members := "roster_user_sets AS m WHERE m.account = $1 AND m.name = " + s.arg(record.SetName(f.Set)) + " AND m.value " + is
		exists := "EXISTS (SELECT 1 FROM " + members + " AND m.user_id = u.id)"
		switch {
		case f.Not:
			exists = "NOT " + exists
		case s.members == "":
			s.members, s.membership = members, len(s.conditions)
		}
		s.and(exists)
	}
}

// custom are the filters on custom attributes.
func (s *search) custom(q *storage.Query) {
	named := func(name string) string {
		return "roster_user_custom AS m WHERE m.account = $1 AND m.name = " + s.arg(name)
	}
	has := func(members string) {
		if s.members == "" {
			s.members, s.membership = members, len(s.conditions)
		}
		s.and("u.id IN (SELECT m.user_id FROM " + members + ")")
	}
	for name, v := range q.Custom.All() {
		has(named(name) + " AND m.value = " + s.arg(v.String()))
	}
	if q.HasCustom != "" {
		has(named(q.HasCustom))
	}
	if q.LacksCustom != "" {
		s.and("u.id NOT IN (SELECT m.user_id FROM " + named(q.LacksCustom) + ")")
	}
}

// within limits the users to some subsets: to the members of the groups that the subsets name,
// and the users that they name by id. If the subsets say more than that, a condition on each of
// those users follows.
func (s *search) within(q *storage.Query) {
	if q.Within == nil || slices.ContainsFunc(q.Within, user.Subset.Every) {
		return
	}
	if len(q.Within) == 0 {
		s.none = true
		return
	}
	ids, groups, some := facet.Candidates(q.Within)
	members := "roster_user_sets AS m WHERE "
	switch {
	case !some:
	case len(groups) == 0:
		s.and("u.id = ANY(" + s.arg(numbers(ids)) + "::bigint[])")
	default:
		if members += s.memberOf(groups); len(ids) > 0 {
			members = "(SELECT m.user_id FROM " + members + " UNION ALL SELECT unnest(" + s.arg(numbers(ids)) + "::bigint[])) AS m"
		}
		if s.members == "" {
			s.members, s.membership = members, len(s.conditions)
		}
		s.and("u.id IN (SELECT m.user_id FROM " + members + ")")
	}
	if some && !slices.ContainsFunc(q.Within, func(t user.Subset) bool { return !t.Without.IsZero() || t.ID != 0 && t.Groups != nil }) {
		return
	}
	var either []string
	for _, t := range q.Within {
		var all []string
		if t.ID != 0 {
			all = append(all, "u.id = "+s.arg(int64(t.ID)))
		}
		if t.Groups != nil {
			all = append(all, "EXISTS (SELECT 1 FROM roster_user_sets AS m WHERE "+s.memberOf(t.Groups)+" AND m.user_id = u.id)")
		}
		switch {
		case !t.Without.IsList(): // the user holds no role but these
			all = append(all, "u.roles <@ "+s.arg(record.Roles(t.Without.Complement()))+"::text[]")
		case !t.Without.IsZero():
			all = append(all, "NOT u.roles && "+s.arg(record.Roles(t.Without))+"::text[]")
		}
		either = append(either, strings.Join(all, " AND "))
	}
	s.and("(" + strings.Join(either, " OR ") + ")")
}

// memberOf is the condition on a row m of a set that its user is a member of one of the agent
// groups.
func (s *search) memberOf(groups []user.GroupID) string {
	return "m.account = $1 AND m.name = " + s.arg(record.SetName(facet.SetMemberOf)) + " AND m.value = ANY(" + s.arg(numbers(groups)) + "::bigint[])"
}

// Where in a user's texts a part is looked for: in all of them, in the first, the login, or in the
// second, the display name.
const (
	allTexts    = "x.folded"
	loginText   = "split_part(x.folded, '" + record.Separator + "', 1)"
	displayText = "split_part(x.folded, '" + record.Separator + "', 2)"
)

func (s *search) texts(account string, q *storage.Query) {
	for _, p := range []struct{ part, in string }{
		{q.Text, allTexts}, {q.LoginPart, loginText}, {q.DisplayPart, displayText},
	} {
		if p.part == "" {
			continue
		}
		folded := validate.Fold(p.part)
		condition := "position(" + s.arg(folded) + "::text IN " + p.in + ") > 0"
		if g := grams(account, folded); len(g) > 0 {
			condition = "x.grams @> " + s.arg(g[:min(len(g), maxGrams)]) + "::bigint[] AND " + condition
		}
		s.and("u.id IN (SELECT x.user_id FROM roster_user_texts AS x WHERE x.account = $1 AND " + condition + ")")
	}
}

// maxGrams is how many triples of a part are looked up; the kept texts decide about the rest.
const maxGrams = 12

// grams returns the triples of bytes that occur in folded texts, as the schema keeps them.
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

// numbers returns numbers as an array of bigint.
func numbers[T ~int64 | ~uint8](list []T) []int64 {
	out := make([]int64, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}

// namesOf returns the names of an enumeration.
func namesOf[E fmt.Stringer](list []E) []string {
	names := make([]string, len(list))
	for i, e := range list {
		names[i] = e.String()
	}
	return names
}

// orders are the columns that users are sorted by.
var orders = [...]string{storage.OrderByID: "", storage.OrderByLogin: "u.login_key", storage.OrderByDisplayName: "u.display_key"}

// behind adds the condition to be behind q.After.
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
		s.and("(" + column + ", u.id)" + is + "(" + s.arg(q.After.Key) + ", " + s.arg(int64(q.After.ID)) + ")")
	case q.After.Key == "":
		s.and("u.id" + is + s.arg(int64(q.After.ID)))
	case !q.Descending:
		s.none = true // every key is "", which is before the position's
	}
}

func (s *search) statement(columns string) string {
	return "SELECT " + columns + " FROM roster_users AS u WHERE " + strings.Join(s.conditions, " AND ")
}

// list returns the statement of a page.
func (s *search) list(q *storage.Query) string {
	way := ""
	if q.Descending {
		way = " DESC"
	}
	order := " ORDER BY u.id" + way
	column := orders[q.Order]
	if column != "" {
		order = " ORDER BY " + column + way + ", u.id" + way
	}
	limit := " LIMIT " + s.arg(int64(q.Max()))
	if q.Offset > 0 {
		limit += " OFFSET " + s.arg(int64(q.Offset))
	}
	if column != "" && s.members != "" {
		return s.byNumber(order, s.arg(int64(q.Max())+int64(q.Offset))) + order + limit
	}
	return s.statement(sqlread.UserColumns) + order + limit
}

// fewMembers are as many as are sorted. To count no further takes some milliseconds.
const fewMembers = 2000

// byNumber selects the users of a set, in an order in which the set has no index. Few users are
// looked up and sorted. For many that would be slow, and going through all users in the order until
// the page is full is quick. The planner does not know which it is, because its statistics are of a
// column of all sets. So the statement counts, at most fewMembers, and one of its two halves is
// never executed.
func (s *search) byNumber(order, most string) string {
	conditions := slices.Clone(s.conditions)
	conditions[s.membership] = "u.id IN (SELECT f.user_id FROM few AS f)"
	limit := s.arg(int64(fewMembers))
	const selected = "SELECT u.*"
	const from, where = " FROM roster_users AS u WHERE ", " AND (SELECT count(*) FROM few) "
	return "WITH few AS (SELECT m.user_id FROM " + s.members + " LIMIT " + limit + "::bigint + 1) SELECT " + sqlread.UserColumns + " FROM (" +
		selected + from + strings.Join(conditions, " AND ") + where + "<= " + limit + " UNION ALL (" +
		selected + from + strings.Join(s.conditions, " AND ") + where + "> " + limit + order + " LIMIT " + most + ")) AS u"
}

func (r *reader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, r.Fail(ctx, err)
	}
	s := searchFor(r.account, &q)
	s.behind(&q)
	if s.none {
		return nil, nil
	}
	sql := s.list(&q)
	return sqlread.All(ctx, &r.Reader, func(row sqlread.Row) (user.User, error) { return sqlread.ScanUser(row) }, sql, s.args...)
}

func (r *reader) CountUsers(ctx context.Context, q storage.Query) (int, error) {
	if err := r.Check(ctx); err != nil {
		return 0, err
	}
	if err := q.Check(); err != nil {
		return 0, r.Fail(ctx, err)
	}
	s := searchFor(r.account, &q)
	if s.none {
		return 0, nil
	}
	n := 0
	err := r.query(ctx, s.statement("count(*)"), func(rows pgx.Rows) error { return rows.Scan(&n) }, s.args...)
	if err != nil {
		return 0, r.Fail(ctx, err)
	}
	return n, nil
}
