package scim

import (
	"context"

	"github.com/ca74b63c/roster/user"
)

// listGroups implements GET /Groups (RFC 7644 section 3.4.2). It replies with the page of groups
// that match the filter in the query. Errors: those of readQuery for a parameter that is not valid;
// those of findGroups.
func listGroups(ctx context.Context, c *call) (answer, error) {
	s, err := c.readQuery(groups)
	if err != nil {
		return answer{}, err
	}
	p, err := c.findGroups(ctx, s)
	return s.list(p), err
}

// searchGroups implements POST /Groups/.search (RFC 7644 section 3.4.3). It replies as GET /Groups,
// but reads the filter and the other parameters from the body. Errors: those of readSearch for a
// body that is not valid; those of findGroups.
func searchGroups(ctx context.Context, c *call) (answer, error) {
	s, err := c.readSearch(groups)
	if err != nil {
		return answer{}, err
	}
	p, err := c.findGroups(ctx, s)
	return s.list(p), err
}

// findGroups returns the page of groups that the search s describes, with the number of all
// matching groups. It reads all groups. If the filter or the order needs the members or the
// version, it also reads the members of every group. In any other case it reads members only for
// the groups on the page, and only if the reply shows them.
//
// Errors: those of search.pick; those of the directory.
func (c *call) findGroups(ctx context.Context, s *search) (page, error) {
	asks := s.where != nil && (s.where.needs["members"] || s.where.needs["meta"]) ||
		s.sort != nil && (s.sort.attribute.Name == "members" || s.sort.attribute.Name == "meta")
	var all []object
	for after := int64(0); ; {
		refs, err := c.References(ctx, user.ReferenceGroup, after, maxPage)
		if err != nil {
			return page{}, err
		}
		for i := range refs {
			var members []user.User
			if asks {
				if members, err = c.members(ctx, user.GroupID(refs[i].ID)); err != nil {
					return page{}, err
				}
			}
			if o := c.groupObject(&refs[i], members); s.where == nil || s.where.passes(o) {
				all = append(all, o)
			}
		}
		if len(refs) < maxPage {
			break
		}
		after = refs[len(refs)-1].ID
	}
	p, err := s.pick(all)
	if err != nil {
		return page{}, err
	}
	for i, o := range p.resources {
		if !asks && s.wants("", "members", find(groupSchema.Attributes, "members")) {
			if o, err = c.withMembers(ctx, o); err != nil {
				return page{}, err
			}
		}
		p.resources[i] = s.apply(o)
	}
	return p, nil
}

// withMembers reads the group of the resource o and its members again, and returns a new resource
// with the members and a version. It does not change o. Errors: those of the directory, for example
// storage.ErrNotFound if the group was deleted meanwhile.
func (c *call) withMembers(ctx context.Context, o object) (object, error) {
	id, _ := parseGroup(o["id"].(string))
	ref, err := c.Reference(ctx, user.ReferenceGroup, int64(id))
	if err != nil {
		return nil, err
	}
	members, err := c.members(ctx, user.GroupID(ref.ID))
	return c.groupObject(&ref, members), err
}
