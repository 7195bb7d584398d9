package scim

import (
	"context"
)

// searchAll implements POST /.search (RFC 7644 section 3.4.3). It replies with one page of the
// users that match the filter, followed by the groups that match. If the search is valid for one of
// the two types only, for example because only users have an attribute of the filter, it searches
// this type alone.
//
// Errors: if the search is valid for no type, the error of the search for users; invalidValue for a
// cursor or a sortBy if both types are searched; those of findUsers and findGroups.
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

// searchBoth returns the list reply for a search of users and groups. The list is all matching
// users, then all matching groups, and the reply has one page of this list. The total is the number
// of both. s is the search for users, and g is the same search for groups; searchBoth changes the
// start and the count of g.
//
// Errors: invalidValue if the search has a sortBy; those of findUsers and findGroups.
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
