package memstore

import (
	"math/bits"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// plan is a query as arithmetic on the words of pages: users who have one facet of each group of all, and none of
// none, and the parts in their texts.
type plan struct {
	all   [][]facet
	none  []facet
	parts []part
	// match says that the words may hold users who are not wanted, so that each one must be matched.
	match bool
	// empty says that nobody can be wanted.
	empty bool
	// ids says that a group names users by id, whether or not there are such users.
	ids bool
}

// part is a folded part of a name that is looked for.
type part struct {
	text    []byte
	triples []uint32
	in      field
}

func planOf(q *storage.Query) plan {
	var p plan
	switch q.Deleted {
	case storage.NotDeleted:
		p.none = append(p.none, aboutDeleted)
	case storage.OnlyDeleted:
		p.all = append(p.all, []facet{aboutDeleted})
	}
	p.flag(aboutDisabled, q.Enabled, false)
	p.flag(aboutAPIUser, q.APIUser, true)
	p.flag(aboutParentAccounting, q.ParentAccounting, true)
	anyOf(&p, aboutKind, q.Kinds)
	anyOf(&p, aboutStatus, q.Statuses)
	if q.Roles != 0 {
		var roles []facet
		for rest := uint32(q.Roles); rest != 0; rest &= rest - 1 {
			roles = append(roles, aboutRole|facet(bits.TrailingZeros32(rest)))
		}
		p.all = append(p.all, roles)
	}
	anyOf(&p, aboutApplication, q.Applications)
	p.has(aboutSkill, int64(q.Skill))
	p.hasNot(aboutSkill, int64(q.ExcludedSkill))
	p.has(aboutQueue, int64(q.Queue))
	p.hasNot(aboutQueue, int64(q.ExcludedQueue))
	p.has(aboutMemberOf, int64(q.MemberOf))
	p.has(aboutManagerOf, int64(q.ManagerOf))
	p.has(aboutGroup, int64(q.Group))
	p.has(aboutProfile, int64(q.Profile))
	p.has(aboutLineOfBusiness, int64(q.LineOfBusiness))
	p.has(aboutPermissionGroup, int64(q.PermissionGroup))
	p.within(q.Within)
	p.part(q.LoginPart, loginField)
	p.part(q.DisplayPart, displayField)
	p.part(q.Text, anyField)
	return p
}

// flag asks for users with a property, or without it. there says for which of the two the facet stands.
func (p *plan) flag(about facet, wanted storage.Tri, there bool) {
	switch {
	case wanted == storage.Either:
	case (wanted == storage.Yes) == there:
		p.all = append(p.all, []facet{about})
	default:
		p.none = append(p.none, about)
	}
}

func (p *plan) has(about facet, value int64) {
	if value != 0 {
		anyOf(p, about, []int64{value})
	}
}

func (p *plan) hasNot(about facet, value int64) {
	if value == 0 {
		return
	}
	if f, exact := facetOf(about, value); exact {
		p.none = append(p.none, f)
	} else {
		p.match = true
	}
}

// anyOf asks for users with at least one of the values; nil asks for nothing.
func anyOf[T ~int64 | ~uint8](p *plan, about facet, values []T) {
	if values == nil {
		return
	}
	group := make([]facet, len(values))
	for i, v := range values {
		f, exact := facetOf(about, int64(v))
		group[i] = f
		p.match = p.match || !exact
	}
	p.all = append(p.all, group)
	p.empty = p.empty || len(group) == 0
}

// within asks for users of one of the subsets; nil asks for nothing. The words are exact for a
// single subset of groups or of roles. Else they hold every user that is wanted, and Match
// decides.
func (p *plan) within(list []user.Subset) {
	if list == nil {
		return
	}
	var group []facet
	whole := false // some subset is described by roles alone: any user may be in it
	for _, s := range list {
		switch {
		case s.ID > 0:
			f, exact := facetOf(aboutID, int64(s.ID))
			whole = whole || !exact
			group, p.ids = append(group, f), true
		case s.ID < 0:
		case s.Groups != nil:
			for _, g := range s.Groups {
				f, exact := facetOf(aboutMemberOf, int64(g))
				p.match = p.match || !exact
				group = append(group, f)
			}
		default:
			whole = true
		}
	}
	if !whole {
		p.all = append(p.all, group)
		p.empty = p.empty || len(group) == 0
	}
	if len(list) == 1 && list[0].ID == 0 {
		for rest := uint32(list[0].Without); rest != 0; rest &= rest - 1 {
			p.none = append(p.none, aboutRole|facet(bits.TrailingZeros32(rest)))
		}
		return
	}
	p.match = p.match || !slices.ContainsFunc(list, user.Subset.Every)
}

func (p *plan) part(text string, in field) {
	if text == "" {
		return
	}
	folded := []byte(validate.Fold(text))
	if len(folded) == 0 { // a part of every text: let Match say of which
		p.match = true
		return
	}
	p.parts = append(p.parts, part{folded, triplesOf(folded), in})
}

// signed reports false if the signature of a page's texts shows that no part is there.
func (p *plan) signed(s *signature) bool {
	for _, part := range p.parts {
		if !s.mayHave(part.triples) {
			return false
		}
	}
	return true
}

// text returns those of the given users of a page who have the parts in their texts.
func (p *plan) text(page *userPage, found uint64) uint64 {
	for _, part := range p.parts {
		if found == 0 {
			return 0
		}
		found = page.text.find(part.text, part.in, found)
	}
	return found
}

// nextBlock returns the first block from n on, upwards or downwards, that may have users that the plan finds. Each
// group knows the next block that has any of its facets; the search jumps from one to the other until all agree, so
// that what is rare is found without reading what is not.
func (p *plan) nextBlock(s *state, n uint64, down bool) (uint64, bool) {
	if p.empty {
		return 0, false
	}
	if len(p.all) == 0 {
		if down {
			return s.users.previousBlock(n)
		}
		return s.users.nextBlock(n)
	}
	for agreed := 0; agreed < len(p.all); {
		agreed = 0
		for _, group := range p.all {
			nearest, ok := nearestBlock(s, group, n, down)
			if !ok {
				return 0, false
			}
			if nearest == n {
				agreed++
			}
			n = nearest
		}
	}
	return n, true
}

// nearestBlock returns the block nearest to n, at it or on from it, that has one of the facets.
func nearestBlock(s *state, group []facet, n uint64, down bool) (nearest uint64, ok bool) {
	for _, f := range group {
		block, there := s.blockWith(f, n, down)
		if there && (!ok || !down && block < nearest || down && block > nearest) {
			nearest, ok = block, true
		}
	}
	return nearest, ok
}

// blockWith returns the block nearest to n, at it or on from it, that has the facet.
func (s *state) blockWith(f facet, n uint64, down bool) (uint64, bool) {
	if f >= aboutID {
		page, _ := f.page()
		block := page >> fanBits
		return block, s.users.get(page).page != nil && (down && block <= n || !down && block >= n)
	}
	from := facetBlocks{facet: f, group: n >> fanBits}
	seek, next := s.facets.atLeast, lowest
	onward := ^uint64(0) << (n & fanMask)
	if down {
		seek, next = s.facets.atMost, highest
		onward = ^uint64(0) >> (fanMask - n&fanMask)
	}
	for {
		found, ok := seek(from)
		if !ok || found.facet != f {
			return 0, false
		}
		blocks := found.blocks
		if found.group == n>>fanBits {
			blocks &= onward
		}
		if blocks != 0 {
			i, _ := next(blocks)
			return found.group<<fanBits | uint64(i), true
		}
		// Only the group of n can be without: the search goes on behind it.
		if down && found.group == 0 {
			return 0, false
		}
		if from.group = found.group + 1; down {
			from.group = found.group - 1
		}
	}
}

// total returns how many users the plan finds, if it asks for so little that it is known.
func (p *plan) total(s *state) (int, bool) {
	if p.match || len(p.parts) > 0 || len(p.none) == 0 || p.none[0] != aboutDeleted {
		return 0, false
	}
	switch {
	case p.empty:
		return 0, true
	case len(p.all) == 0 && len(p.none) == 1:
		return s.live, true
	case len(p.all) == 0 && len(p.none) == 2 && p.none[1] < firstUncounted:
		return s.live - s.total(p.none[1]), true
	case len(p.all) == 1 && len(p.all[0]) == 1 && len(p.none) == 1 && p.all[0][0] < firstUncounted:
		return s.total(p.all[0][0]), true
	}
	return 0, false
}
