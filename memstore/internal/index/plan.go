package index

import (
	"slices"

	sets "github.com/ca74b63c/roster/internal/facet"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Plan is a query as operations on sets. It finds the users with at least one facet of each group
// in all, no facet in none, the keys in custom, no key in noCustom, and all parts in their names.
// It ignores Query.IDs and Query.Key.
type Plan struct {
	all              [][]facet
	none             []facet
	custom, noCustom []string // keys of custom attributes that users have, and that they have not
	parts            []part
	match            bool // the plan may find users that the query does not want
	empty            bool // the plan finds no user
}

// NewPlan returns a plan with the filters of the query q. The plan leaves out q.IDs, q.Key, and the
// order, position, offset and limit of q; the caller must apply these. If Plan.Exact returns false,
// the plan finds all users that match its filters, but may also find others.
func NewPlan(q *storage.Query) *Plan {
	p := &Plan{}
	switch q.Deleted {
	case storage.NotDeleted:
		p.none = append(p.none, aboutDeleted)
	case storage.OnlyDeleted:
		p.all = append(p.all, []facet{aboutDeleted})
	}
	p.flag(aboutDisabled, q.Enabled, false)
	p.flag(aboutAPIUser, q.APIUser, true)
	p.flag(aboutParentAccounting, q.ParentAccounting, true)
	anyOf(p, aboutKind, q.Kinds)
	anyOf(p, aboutStatus, q.Statuses)
	if !q.Roles.IsZero() {
		p.all = append(p.all, p.roles(q.Roles))
	}
	for _, f := range sets.SetFilters(q) {
		p.set(f)
	}
	p.withCustom(q)
	p.within(q.Within)
	p.part(q.LoginPart, loginField)
	p.part(q.DisplayPart, displayField)
	p.part(q.Text, anyField)
	return p
}

// Exact reports whether every user that the plan finds matches the query. If it is false, the
// caller must check each user with Query.Match.
func (p *Plan) Exact() bool { return !p.match }

// flag adds a filter for a yes-or-no property. there says whether the facet means yes or no.
func (p *Plan) flag(about facet, wanted storage.BoolFilter, there bool) {
	switch {
	case wanted == storage.Any:
	case (wanted == storage.Yes) == there:
		p.all = append(p.all, []facet{about})
	default:
		p.none = append(p.none, about)
	}
}

// roles returns the facets of a set of roles.
func (p *Plan) roles(roles user.Roles) (list []facet) {
	for r := range roles.All() {
		f, exact := roleFacet(r)
		list = append(list, f)
		p.match = p.match || !exact
	}
	return list
}

// without adds a filter for users that hold none of the roles.
func (p *Plan) without(roles user.Roles) {
	p.match = p.match || !roles.IsList()
	for r := range roles.All() {
		if f, exact := roleFacet(r); exact {
			p.none = append(p.none, f)
		} else {
			p.match = true
		}
	}
}

// set adds a filter on a set of ids of users. The plan becomes inexact if the facet of the excluded
// id is that of other ids too.
func (p *Plan) set(filter sets.SetFilter) {
	if !filter.Not {
		anyOf(p, aboutMember(filter.Set), append([]int64{}, filter.Values...))
	} else if f, exact := facetOf(aboutMember(filter.Set), filter.Values[0]); exact {
		p.none = append(p.none, f)
	} else {
		p.match = true
	}
}

// anyOf adds a filter to the plan: the user's property about, such as the status, must have one of
// the given values. Nil values add no filter. An empty list that is not nil matches no user. All
// values that are negative or very great have the same facet. With such a value the plan becomes
// inexact: its caller must check each user with Query.Match.
func anyOf[T ~int64 | ~uint8](p *Plan, about facet, values []T) {
	if values == nil {
		return
	}
	group := make([]facet, len(values))
	for i, v := range values {
		f, exact := facetOf(about, int64(v))
		group[i] = f
		p.match = p.match || !exact
	}
	p.group(group)
}

// withCustom adds the filters of the query q for custom attributes. A user must have the values in
// q.Custom and the attribute q.HasCustom with any value, and must not have the attribute
// q.LacksCustom. An empty filter adds nothing.
func (p *Plan) withCustom(q *storage.Query) {
	for name, v := range q.Custom.All() {
		p.custom = append(p.custom, customKey(name, v))
	}
	if q.HasCustom != "" {
		p.custom = append(p.custom, q.HasCustom)
	}
	if q.LacksCustom != "" {
		p.noCustom = append(p.noCustom, q.LacksCustom)
	}
}

// group adds a filter for users with at least one of the facets. An empty group matches no user.
func (p *Plan) group(group []facet) {
	p.all = append(p.all, group)
	p.empty = p.empty || len(group) == 0
}

// within adds a filter for users that belong to at least one of the subsets in list. A nil list
// adds no filter. An empty list that is not nil matches no user.
//
// The plan usually becomes inexact: it may also find users outside of the subsets, and its caller
// must check each user with Query.Match. An exact plan stays exact in two cases, if every group in
// list has a facet of its own:
//
//   - A subset includes every user.
//   - list has a single subset, which selects users by groups, by the vendors' roles, or by both.
func (p *Plan) within(list []user.Subset) {
	if list == nil {
		return
	}
	group := []facet{}
	whole := false // a subset is described by roles alone: any user may be in it
	for _, s := range list {
		switch {
		case s.ID > 0:
			f, exact := facetOf(aboutID, int64(s.ID))
			whole = whole || !exact
			group = append(group, f)
		case s.ID < 0:
		case s.Groups != nil:
			for _, g := range s.Groups {
				f, exact := facetOf(aboutMember(sets.SetMemberOf), int64(g))
				p.match = p.match || !exact
				group = append(group, f)
			}
		default:
			whole = true
		}
	}
	if !whole {
		p.group(group)
	}
	if len(list) == 1 && list[0].ID == 0 {
		p.without(list[0].Without)
		return
	}
	p.match = p.match || !slices.ContainsFunc(list, user.Subset.Every)
}

func (p *Plan) part(text string, in field) {
	if text == "" {
		return
	}
	if folded := validate.Fold(text); folded != "" {
		p.parts = append(p.parts, newPart(folded, in))
	} else {
		p.match = true // a part of every text: Match says of which
	}
}
