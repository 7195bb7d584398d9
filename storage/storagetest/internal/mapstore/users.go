package mapstore

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var elsewhere = time.FixedZone("elsewhere", 3600)

// IgnoresFilter returns the name of the fault that ignores one field of a query.
func IgnoresFilter(field string) string { return "ignores the filter " + field }

// asked returns the query that the store answers instead of q. The faults of the store decide how
// the two differ. Without a fault, asked returns q.
func (r *reader) asked(q storage.Query) storage.Query {
	for _, fault := range r.store.faults {
		if field, ok := strings.CutPrefix(fault, IgnoresFilter("")); ok {
			f := reflect.ValueOf(&q).Elem().FieldByName(field)
			f.SetZero()
		}
	}
	if q.IDs != nil && len(q.IDs) == 0 && r.bad("takes an empty filter for none") {
		q.IDs = nil
	}
	if len(q.Within) > 1 && r.bad("forgets the subsets behind the first") {
		q.Within = q.Within[:1]
	}
	if r.bad("forgets the roles of a subset") {
		q.Within = slices.Clone(q.Within)
		for i := range q.Within {
			q.Within[i].Without = user.Roles{}
		}
	}
	if r.bad("forgets the custom attributes behind the first") {
		for name, v := range q.Custom.All() {
			q.Custom = user.Custom{}.With(name, v)
			break
		}
	}
	if r.bad("forgets the excluded queue beside a queue") && q.Queue != 0 {
		q.ExcludedQueue = 0
	}
	return q
}

// matches reports whether the user matches the query. The faults of the store change the result.
func (r *reader) matches(st *state, q *storage.Query, u user.User) bool {
	if r.bad("indexes users only when they are new") {
		old := st.first[u.ID]
		old.Lifecycle = u.Lifecycle
		return q.Match(old)
	}
	if r.bad("searches descriptions") && q.Text != "" && strings.Contains(u.Identity.Description, q.Text) {
		return true
	}
	if r.bad("wants users to be in every subset") {
		for _, s := range q.Within {
			if !s.Has(u) {
				return false
			}
		}
	}
	parts := []struct{ part, text *string }{
		{&q.LoginPart, &u.Identity.Login}, {&q.DisplayPart, &u.Names.Display},
	}
	for _, p := range parts {
		switch {
		case *p.part == "":
		case r.bad("searches with case") && !strings.Contains(*p.text, *p.part):
			return false
		case r.bad("takes % and _ for wildcards") && strings.Trim(*p.part, "%_") == "":
			return q.Match(user.User{ID: u.ID}) || u.Live()
		case r.bad("takes a backslash for an escape") && strings.Contains(*p.part, `\`):
			return strings.Contains(*p.text, strings.ReplaceAll(*p.part, `\`, ""))
		}
	}
	return q.Match(u)
}

func (r *reader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	if err := q.Check(); err != nil && !r.bad("takes any query") {
		return nil, err
	}
	q = r.asked(q)
	list := r.wanted(&q)
	if r.bad("starts over when the position's user is gone") && q.After != nil {
		if _, ok := r.state.users[q.After.ID]; !ok {
			q.After = nil
		}
	}
	if r.bad("turns positions into offsets") {
		r.store.mu.Lock()
		defer r.store.mu.Unlock()
		if q.After == nil {
			r.store.served = 0
		}
		q.After, q.Offset = nil, r.store.served
		defer func() { r.store.served += q.Max() }()
	}
	list = slices.DeleteFunc(list, func(u user.User) bool {
		p := q.PositionOf(u)
		switch {
		case r.bad("repeats the last of a page") && q.After != nil && p == *q.After:
			return false
		case r.bad("skips the ties of a position") && q.After != nil && p.Key == q.After.Key && q.Order != storage.OrderByID:
			return true
		}
		return !q.Beyond(p)
	})
	if !r.bad("ignores the offset") {
		list = list[min(q.Offset, len(list)):]
	}
	if !r.bad("has no greatest page") {
		list = list[:min(q.Max(), len(list))]
	}
	return found(r.store, list), nil
}

// wanted returns all users that match the filters of q, in the order of q. It ignores the position,
// the offset and the limit of q. It returns nil if no user matches. Faults of the store change the
// result.
func (r *reader) wanted(q *storage.Query) []user.User {
	st := r.at("Users")
	var list []user.User
	for _, u := range st.users {
		if r.matches(st, q, u) {
			list = append(list, u)
		}
	}
	places := make(map[user.ID]storage.Position, len(list))
	for _, u := range list {
		places[u.ID] = r.place(q, u)
	}
	slices.SortFunc(list, func(a, b user.User) int {
		p, o := places[a.ID], places[b.ID]
		if p.Key == o.Key && q.Order != storage.OrderByID && r.bad("sorts ties by ascending id always") {
			return cmp.Compare(p.ID, o.ID)
		}
		return q.Compare(p, o)
	})
	return list
}

func (r *reader) place(q *storage.Query, u user.User) storage.Position {
	if q.Order == storage.OrderByLogin && r.bad("sorts by the login as it is spelt") {
		return storage.Position{Key: u.Identity.Login, ID: u.ID}
	}
	return q.PositionOf(u)
}

func (r *reader) CountUsers(ctx context.Context, q storage.Query) (int, error) {
	if err := q.Check(); err != nil && !r.bad("takes any query") {
		return 0, err
	}
	if r.bad("counts the page") {
		list, err := r.Users(ctx, q)
		return len(list), err
	}
	q = r.asked(q)
	st := r.at("CountUsers")
	n := 0
	for _, u := range st.users {
		if r.matches(st, &q, u) {
			n++
		}
	}
	return n, nil
}
