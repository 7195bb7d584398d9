package roster

import (
	"context"
	"iter"
	"slices"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// A list shows exactly the users that Get, or GetDeleted, returns to the actor. The policy returns
// subsets of users to which the actor may do permission.UserRead (permission.ReachOf). The query of
// the list is limited to these subsets, so the storage computes pages, offsets and totals. If the
// policy has no such subsets, it decides about each user that the query finds.

// listed is a query that is limited to the users that the actor may do an action to.
type listed struct {
	storage.Query
	action permission.Action
	each   bool // the query finds more users, so the policy decides about each
	all    bool // the policy allows the action to every user, so it adds no limit to the query
}

// within returns the query q, limited to the users to which the actor may do the action
// (permission.ReachOf). In the result, each is true if a query cannot express this limit; the
// policy must then decide about each user, as visible does. all is true if the policy allows the
// action to every user. Errors: those of the policy.
func (s *readTx) within(ctx context.Context, action permission.Action, q storage.Query) (listed, error) {
	reach, err := permission.ReachOf(ctx, s.h.authorizer, s.request(action, permission.Target{}))
	if err != nil {
		return listed{}, err
	}
	every := slices.ContainsFunc(reach.Subsets, user.Subset.Every)
	all := every && reach.Custom.IsZero() && reach.Shared.ID == 0 && !reach.Each
	for name, v := range reach.Custom.All() {
		switch w, wanted := q.Custom.Get(name); {
		case wanted && w.String() != v.String(), !wanted && q.Custom.Len() >= user.MaxCustom:
			reach.Subsets, every = nil, false // no user has both values, or so many
		default:
			q.Custom = q.Custom.With(name, v)
		}
	}
	switch {
	case every:
	case q.Within == nil:
		q.Within = append([]user.Subset{}, reach.Subsets...) // nil would be no limit
	default:
		q.Within = user.IntersectSubsets(q.Within, reach.Subsets)
	}
	limited := reach.Shared.ID == 0 || limitTo(&q, reach.Shared)
	return listed{q, action, reach.Each || !limited, all}, nil
}

// limitTo limits the query q to users that have the id of s in the attribute of s, and returns
// true. It returns false if q cannot have this filter, or has another filter for the attribute.
func limitTo(q *storage.Query, s permission.Shared) bool {
	switch s.Attribute {
	case user.AttrGroups:
		return limit(&q.Group, s.ID)
	case user.AttrProfiles:
		return limit(&q.Profile, s.ID)
	case user.AttrPermissionGroups:
		return limit(&q.PermissionGroup, s.ID)
	case user.AttrLinesOfBusiness:
		return limit(&q.LineOfBusiness, s.ID)
	case user.AttrApplications:
		if q.Applications == nil {
			q.Applications = []user.ApplicationID{user.ApplicationID(s.ID)}
			return true
		}
	}
	return false
}

// limit sets *filter to id if *filter is 0, which means no filter. It returns true if *filter is id
// afterwards, and false if there already was another filter.
func limit[T ~int64](filter *T, id int64) bool {
	if *filter == 0 {
		*filter = T(id)
	}
	return *filter == T(id)
}

// visible yields the users of q to which the actor may do q.action, in order, and an error at the
// end if there is one. It ignores q.Offset; q.Limit is only the size of the first read.
func (s *readTx) visible(ctx context.Context, q listed) iter.Seq2[user.User, error] {
	q.Offset = 0
	found := users(ctx, s, q.Query)
	if !q.each {
		return found
	}
	return func(yield func(user.User, error) bool) {
		for u, err := range found {
			if err == nil {
				var may bool
				may, err = s.allowed(ctx, s.request(q.action, permission.TargetOf(u)))
				if err == nil && !may {
					continue
				}
			}
			if !yield(u, err) || err != nil {
				return
			}
		}
	}
}

// page returns the first users of q to which the actor may do q.action, at most q.Limit, never nil,
// and the cursor of the next page, or "". Errors: those of the policy and the storage.
func (s *readTx) page(ctx context.Context, q *listed) (list []user.User, next string, err error) {
	list, err = orEmpty(s.upTo(ctx, *q, q.Limit+1))
	if len(list) > q.Limit {
		list = list[:q.Limit]
		next = encodeCursor(q.Order, q.Descending, q.PositionOf(list[q.Limit-1]))
	}
	return list, next, err
}

// upTo returns up to n users of q to which the actor may do q.action, after q.Offset of them. n is
// at most twice storage.MaxPage. Errors: those of the policy and the storage.
func (s *readTx) upTo(ctx context.Context, q listed, n int) (list []user.User, err error) {
	q.Limit = min(n, storage.MaxPage)
	if q.each {
		skip := q.Offset
		for u, err := range s.visible(ctx, q) {
			switch {
			case err != nil:
				return nil, err
			case skip > 0:
				skip--
				continue
			}
			if list = append(list, u); len(list) == n {
				break
			}
		}
		return list, nil
	}
	list, err = s.Users(ctx, q.Query)
	if err != nil || n <= storage.MaxPage || len(list) < storage.MaxPage {
		return list, err
	}
	last := q.PositionOf(list[len(list)-1])
	q.After, q.Offset, q.Limit = &last, 0, n-storage.MaxPage
	more, err := s.Users(ctx, q.Query)
	return append(list, more...), err
}

// count returns how many users of the query q there are to which the actor may do q.action, on all
// pages. If the policy decides about each user, count reads each user, which is slow. Errors: those
// of the policy and the storage.
func (s *readTx) count(ctx context.Context, q listed) (n int, err error) {
	if !q.each {
		return s.CountUsers(ctx, q.Query)
	}
	q.After, q.Order, q.Limit = nil, storage.OrderByID, 0
	for _, err := range s.visible(ctx, q) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// show empties the views of the user u if the actor may not read the views (permission.ViewsRead).
// Errors: those of the policy; the views are empty then.
func (s *readTx) show(ctx context.Context, u *user.User) error {
	if u.Preferences.Views.Len() == 0 {
		return nil
	}
	may, err := s.allowed(ctx, s.request(permission.ViewsRead, permission.TargetOf(*u)))
	if !may {
		u.Preferences.Views = user.IDSet[user.ViewID]{}
	}
	return err
}

// answer returns the result r without the parts that the actor may not read. before is the user
// before the call, or nil for a new one. If the actor may not read the user as before the call, or
// as after the call, the result shows less. The user in it then has only the id, the version and
// the changed attributes, without custom ones. The resets then have no earlier values. Errors:
// those of the policy.
func (t *tx) answer(ctx context.Context, before *user.User, r Result) (Result, error) {
	target := permission.TargetOf(r.User)
	may, err := t.allowed(ctx, t.request(permission.UserRead, target))
	if may && before != nil {
		if was := permission.TargetOf(*before); was != target { // a change must not bring a hidden user into sight
			may, err = t.allowed(ctx, t.request(permission.UserRead, was))
		}
	}
	if err == nil {
		r.Resets, err = t.shownResets(ctx, r.User, r.Resets, may)
	}
	if err == nil && may {
		err = t.show(ctx, &r.User)
	}
	if err != nil {
		return Result{}, err
	}
	if !may {
		r.User = r.User.Only(r.Changed.Without(user.AttributesOf(user.AttrCustom))) // which also has what the call did not name
	}
	return r, nil
}

// shownResets returns a copy of resets, the resets of the user u. may is true if the actor may read
// u. If may is false, each Before in the copy is empty. The Before of a reset of the views is also
// empty if the actor may not read the views (permission.ViewsRead). Errors: those of the policy.
func (t *tx) shownResets(ctx context.Context, u user.User, resets []user.Reset, may bool) (_ []user.Reset, err error) {
	resets = slices.Clone(resets)
	for i := range resets {
		shown := may
		if shown && resets[i].Attribute == user.AttrViews {
			shown, err = t.allowed(ctx, t.request(permission.ViewsRead, permission.TargetOf(u)))
		}
		if !shown {
			resets[i].Before = user.Value{}
		}
	}
	return resets, err
}

// read returns the user with the id, also a deleted one if deleted is true, without views that the
// actor may not read. Errors: as authorizedTarget.
func (s *readTx) read(ctx context.Context, id user.ID, deleted bool) (user.User, error) {
	u, err := s.authorizedTarget(ctx, id, permission.UserRead, deleted)
	if err == nil {
		err = s.show(ctx, &u)
	}
	return u, err
}
