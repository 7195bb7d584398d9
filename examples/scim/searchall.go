package scim

import (
	"context"
)

// searchAll implements POST /.search: the users and the groups that match a filter (RFC 7644
// section 3.4.3). If only one resource type has the attributes of the filter, it searches that type
// alone. If neither has them, it returns an error.
func searchAll(ctx context.Context, c *call) (answer, error) {
	s, userErr := c.readSearch(c.users)
	g, groupErr := c.readSearch(groups)
	switch {
	case userErr != nil && groupErr != nil:
		return answer{}, userErr
	case userErr != nil:
		p, err := c.findGroups(ctx, g)
		return g.list(p), err
	case groupErr != nil:
		p, err := c.findUsers(ctx, s)
		return s.list(p), err
	case s.cursors:
		return answer{}, invalidValue("cursor", "is for the search of one resource type; search /Users or /Groups")
	}
	return c.searchBoth(ctx, s, g)
}

// searchBoth returns a page of all users followed by all groups. It has no order by an attribute.
func (c *call) searchBoth(ctx context.Context, s, g *search) (answer, error) {
	if s.sort != nil {
		return answer{}, invalidValue("sortBy", "is for the search of one resource type; search /Users or /Groups")
	}
	p, err := c.findUsers(ctx, s)
	if err != nil {
		return answer{}, err
	}
	g.start, g.count = max(1, s.start-p.total), s.count-len(p.resources)
	second, err := c.findGroups(ctx, g)
	if err != nil {
		return answer{}, err
	}
	p.resources = append(p.resources, second.resources...)
	p.total += second.total
	return s.list(p), nil
}
