package permission

import (
	"context"
	"slices"

	"github.com/ca74b63c/roster/user"
)

// Reach describes the users that an actor may do an action to. The zero Reach contains no user.
type Reach struct {
	// Subsets contain the users: each user is in at least one of them.
	Subsets []user.Subset

	// Custom limits the users to those that have all of its values (user.Custom.HasAll).
	Custom user.Custom

	// Shared limits the users too.
	Shared Shared

	// Each says that Subsets also contain other users, so Check must decide about each user.
	Each bool
}

// Scoper is an optional interface of an Authorizer. It lets lists find the users that an actor
// may read by an index. Without it, Check decides about every user that a list could show.
//
// Scope is called for an action that reads, or for a host's own action. The request has no
// target. Scope and Check must agree: Subsets must contain every user that Check allows as a
// target, and no other user unless Each is set. An error fails the list. The rules for Check
// apply to Scope too.
type Scoper interface {
	Scope(ctx context.Context, r Request) (Reach, error)
}

// maxSubsets is the greatest number of subsets of a Reach. With more, Check decides about each
// user.
const maxSubsets = 8

// everyUser is the list with the subset of all users. It is never changed.
var everyUser = []user.Subset{{}}

// ReachOf returns the users that the authorizer allows as targets of the actor and action of r. If
// the authorizer is a Scoper, this is the result of its method Scope. If it is no Scoper, or the
// result has more than 8 subsets, ReachOf returns all users with Reach.Each set. The caller must
// then check each user with the authorizer. If the authorizer is nil, the Reach has no users.
//
// Errors: those of the method Scope.
func ReachOf(ctx context.Context, authorizer Authorizer, r Request) (Reach, error) {
	if authorizer == nil {
		return Reach{}, nil
	}
	s, ok := authorizer.(Scoper)
	if !ok {
		return Reach{Subsets: everyUser, Each: true}, nil
	}
	reach, err := s.Scope(ctx, r)
	if len(reach.Subsets) > maxSubsets {
		reach = Reach{Subsets: everyUser, Each: true}
	}
	return reach, err
}

// Scope implements Scoper for a Policy. It returns the users that the rows allow as targets of the
// action. The error is always nil.
//
//   - An actor that is deleted, disabled or no actor reaches no user. The same holds for a nil
//     policy and for an action whose name is not valid.
//   - Actor.System reaches all users.
//   - For a standard action that writes, and for a request with attributes, the Reach is all users
//     with Each set, because Check applies other rules to each user.
//   - Otherwise the Reach is the union of the users that the actor's rows allow.
//
// A row that compares an attribute (SameAs, SameCustom) reaches no user if the actor has no value
// for it. A row that compares the agent group reaches the members of the actor's group. If rows
// compare one other attribute, in which the actor has one value, and the actor's other rows have
// the scope Self, Scope sets Custom or Shared to this value. In any other case with such an
// attribute, Scope sets Each.
func (p *Policy) Scope(_ context.Context, r Request) (Reach, error) {
	if p == nil {
		return Reach{}, nil
	}
	act := p.action(r.Action)
	if actorRefused(&r, act != &unnamed) != "" {
		return Reach{}, nil
	}
	var who mask
	p.names.addActor(&who, &r.Actor)
	switch {
	case r.Actor.System:
		return Reach{Subsets: everyUser}, nil
	case act != &unnamed && !act.plain || r.Attributes != 0:
		return Reach{Subsets: everyUser, Each: true}, nil
	case act.free.any(&who):
		return Reach{Subsets: everyUser}, nil
	}
	var reach Reach
	var same *common // the attribute that rows compare
	others := false  // rows are for other users too
	for i := range act.rows {
		row := &act.rows[i]
		if !row.who.any(&who) {
			continue
		}
		s, some := row.subset(&r.Actor)
		if !some {
			continue
		}
		reach.Subsets = user.AddSubset(reach.Subsets, s)
		switch {
		case row.scope == inSelf: // the actor has the actor's values
		case row.same == nil || s.Groups != nil || same != nil && *row.same != *same:
			others = true
		default:
			same = row.same
		}
	}
	switch {
	case same == nil:
	case others:
		reach.Each = true
	case same.custom != "":
		v, _ := r.Actor.Custom.Get(same.custom)
		reach.Custom = user.Custom{}.With(same.custom, v)
	default:
		var single bool
		reach.Shared, single = sharedBy(&r.Actor.Membership, same.attribute)
		reach.Each = !single
	}
	return reach, nil
}

// subset returns the users that the row allows as targets of the actor, and true. The result may
// also have users that the row does not allow, if the row compares another attribute than the agent
// group. subset returns false if the row allows no user: the row is for Self and the actor is no
// user, it is for managed groups and the actor manages none, or the actor has no value to compare.
func (c *compiledRow) subset(actor *Actor) (s user.Subset, some bool) {
	s.Without = c.without
	switch c.scope {
	case inSelf:
		s.ID = actor.ID
		return s, s.ID > 0
	case inManagedGroup:
		for a := range actor.Manages.All() {
			if a.Group != 0 {
				s.Groups = append(s.Groups, a.Group)
			}
		}
		return s, len(s.Groups) > 0
	}
	if c.same != nil {
		if c.same.attribute == user.AttrMemberOf && c.same.custom == "" {
			s.Groups = []user.GroupID{actor.Group}
		}
		return s, c.same.holds(&Request{Actor: *actor, Target: Target{Group: actor.Group, Membership: actor.Membership}})
	}
	return s, true
}

// Scope implements Scoper for the result of All. It returns the users that every member of the list
// reaches. If a Reach cannot express exactly these users, Scope returns a larger Reach with Each
// set. Each is also set if a member sets it. An empty list reaches no user. Errors: the first error
// of a member.
func (list all) Scope(ctx context.Context, r Request) (Reach, error) {
	var reach Reach
	for i, a := range list {
		next, err := ReachOf(ctx, a, r)
		if err != nil {
			return Reach{}, err
		}
		if i == 0 {
			reach = next
			continue
		}
		reach.Each = reach.Each || next.Each
		switch {
		case reach.Custom.IsZero():
			reach.Custom = next.Custom
		case !next.Custom.IsZero() && !next.Custom.Equal(reach.Custom):
			reach.Each = true
		}
		switch {
		case reach.Shared.ID == 0:
			reach.Shared = next.Shared
		case next.Shared.ID != 0 && next.Shared != reach.Shared:
			reach.Each = true
		}
		if both := user.IntersectSubsets(reach.Subsets, next.Subsets); len(both) <= maxSubsets {
			reach.Subsets = both
		} else {
			reach.Each = true
		}
	}
	return reach, nil
}

// Scope implements Scoper for the result of Any. It returns the users that at least one member of
// the list reaches. Each is set if a member sets it. If two members that reach users have a
// different Custom or Shared, the result has neither, and Each is set. With more than 8 subsets,
// the result is all users with Each set. An empty list reaches no user. Errors: the first error of
// a member.
func (list anyOf) Scope(ctx context.Context, r Request) (Reach, error) {
	var reach Reach
	for _, a := range list {
		next, err := ReachOf(ctx, a, r)
		if err != nil {
			return Reach{}, err
		}
		switch {
		case len(next.Subsets) == 0:
		case len(reach.Subsets) == 0:
			reach.Custom, reach.Shared = next.Custom, next.Shared
		case !reach.Custom.Equal(next.Custom) || reach.Shared != next.Shared:
			reach.Custom, reach.Shared, reach.Each = user.Custom{}, Shared{}, true
		}
		for _, s := range next.Subsets {
			reach.Subsets = user.AddSubset(reach.Subsets, s)
		}
		if reach.Each = reach.Each || next.Each; len(reach.Subsets) > maxSubsets {
			return Reach{Subsets: everyUser, Each: true}, nil
		}
	}
	return reach, nil
}

// Scope implements Scoper for the result of Guarded. It returns no user if the rules of the guard
// deny the request. It returns all users for Actor.System, unless asksAll is set. Otherwise it
// returns the Reach of the inner Authorizer, with Each set for a standard action that writes,
// because Check applies the rules about power to each user. Errors: those of the inner Authorizer.
func (g *guard) Scope(ctx context.Context, r Request) (Reach, error) {
	if d, ok := g.settles(&r); d != nil {
		return Reach{}, nil
	} else if ok {
		return Reach{Subsets: everyUser}, nil
	}
	reach, err := ReachOf(ctx, g.inner, r)
	_, standard := r.Action.position()
	reach.Each = reach.Each || standard && !r.Action.Reads()
	return reach, err
}

// Shared limits the users of a Reach to those that have an id in one of the attributes that SameAs
// accepts, except the agent group. The zero Shared does not limit.
type Shared struct {
	Attribute user.Attribute
	ID        int64
}

// Has reports whether the user has the id s.ID in the attribute s.Attribute. It returns true for
// every user if s.ID is 0, and false for an attribute that Shared does not support.
func (s Shared) Has(u user.User) bool {
	m := membershipOf(&u)
	return s.ID == 0 || slices.Contains(m.ids(s.Attribute), s.ID)
}

// sharedBy returns the Shared with the attribute a and the id of the membership in a, and true. It
// returns false if the membership has no id in a, or several.
func sharedBy(m *Membership, a user.Attribute) (Shared, bool) {
	ids := m.ids(a)
	if len(ids) != 1 {
		return Shared{}, false
	}
	return Shared{a, ids[0]}, true
}

// ids returns the ids of the membership in an attribute that is a set of ids. It returns none for
// any other attribute.
func (m *Membership) ids(a user.Attribute) []int64 {
	switch a {
	case user.AttrGroups:
		return idsOf(m.Groups)
	case user.AttrProfiles:
		return idsOf(m.Profiles)
	case user.AttrPermissionGroups:
		return idsOf(m.PermissionGroups)
	case user.AttrApplications:
		return idsOf(m.Applications)
	case user.AttrLinesOfBusiness:
		return idsOf(m.LinesOfBusiness)
	}
	return nil
}

// setID makes id the only id of the membership in an attribute that is a set of ids.
func (m *Membership) setID(a user.Attribute, id int64) {
	switch a {
	case user.AttrGroups:
		m.Groups = user.IDSetOf(user.GroupID(id))
	case user.AttrProfiles:
		m.Profiles = user.IDSetOf(user.ProfileID(id))
	case user.AttrPermissionGroups:
		m.PermissionGroups = user.IDSetOf(user.PermissionGroupID(id))
	case user.AttrApplications:
		m.Applications = user.IDSetOf(user.ApplicationID(id))
	case user.AttrLinesOfBusiness:
		m.LinesOfBusiness = user.IDSetOf(user.LineOfBusinessID(id))
	}
}

func idsOf[T ~int64](set user.IDSet[T]) (ids []int64) {
	for id := range set.All() {
		ids = append(ids, int64(id))
	}
	return ids
}
