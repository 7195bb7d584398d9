package permission

import (
	"context"

	"github.com/ca74b63c/roster/user"
)

// Reach says to which users an actor may do an action. The zero Reach is no user.
type Reach struct {
	// Subsets hold the users: a user is within reach if one of the subsets has them.
	Subsets []user.Subset

	// Each says that the subsets hold users beyond reach as well, so that Check has to decide about
	// each of them.
	Each bool
}

// Scoper is what an Authorizer may implement as well, so that lists find the users that an actor
// may read by an index. Without it every user that a list could show is judged by Check, one by
// one.
//
// Scope is asked about an action that reads, or one of the host's own. The request has no target. Scope and Check must
// agree: the subsets must hold every user that Check allows the action for as a target, and no
// other user unless Each is set. An error fails the list. Scope is called where Check is, and
// what is said of Check holds for it.
type Scoper interface {
	Scope(ctx context.Context, r Request) (Reach, error)
}

// maxSubsets bounds the subsets of a Reach. What has more is judged one by one.
const maxSubsets = 8

// everyUser is what limits nothing. It is never written to: its capacity is its length.
var everyUser = []user.Subset{{}}

// ReachOf asks a to which users the actor may do the action of r. Of an Authorizer that is no
// Scoper it knows nothing: each user is for Check to judge.
func ReachOf(ctx context.Context, a Authorizer, r Request) (Reach, error) {
	if a == nil {
		return Reach{}, nil
	}
	s, ok := a.(Scoper)
	if !ok {
		return Reach{everyUser, true}, nil
	}
	reach, err := s.Scope(ctx, r)
	if len(reach.Subsets) > maxSubsets {
		reach = Reach{everyUser, true}
	}
	return reach, err
}

// Scope returns the users for whom the rows let the actor do an action that reads, or one of the
// host's own. Any other action is judged by more than the rows, user by user. So is a row for users
// with the actor's value of an attribute, among the users that its Targets leave.
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
		return Reach{everyUser, true}, nil
	case act.free.any(&who):
		return Reach{Subsets: everyUser}, nil
	}
	var reach Reach
	for i := range act.rows {
		row := &act.rows[i]
		if !row.who.any(&who) {
			continue
		}
		if s, some := row.subset(&r.Actor); some {
			reach.Subsets = user.AddSubset(reach.Subsets, s)
			reach.Each = reach.Each || row.same != nil
		}
	}
	return reach, nil
}

// subset returns the users that a row reaches for an actor, and whether there can be any.
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
		return s, c.same.holds(&Request{Actor: *actor, Target: Target{Group: actor.Group, Membership: actor.Membership}})
	}
	return s, true
}

// Scope returns the users within reach of every one of the list.
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
		if both := user.IntersectSubsets(reach.Subsets, next.Subsets); len(both) <= maxSubsets {
			reach.Subsets = both
		} else {
			reach.Each = true
		}
	}
	return reach, nil
}

// Scope returns the users within reach of at least one of the list.
func (list anyOf) Scope(ctx context.Context, r Request) (Reach, error) {
	var reach Reach
	for _, a := range list {
		next, err := ReachOf(ctx, a, r)
		if err != nil {
			return Reach{}, err
		}
		for _, s := range next.Subsets {
			reach.Subsets = user.AddSubset(reach.Subsets, s)
		}
		if reach.Each = reach.Each || next.Each; len(reach.Subsets) > maxSubsets {
			return Reach{everyUser, true}, nil
		}
	}
	return reach, nil
}

// Scope returns the users within reach of the guarded Authorizer. The rules refuse no reading,
// but to an actor who may do nothing at all.
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
