package scim

import (
	"context"
	"iter"

	filter "github.com/scim2/filter-parser/v2"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// listUsers implements GET /Users (RFC 7644 section 3.4.2). It replies with the page of users that
// match the filter in the query. Errors: those of readQuery for a parameter that is not valid;
// those of findUsers.
func listUsers(ctx context.Context, c *call) (answer, error) {
	s, err := c.readQuery(c.users)
	if err != nil {
		return answer{}, err
	}
	p, err := c.findUsers(ctx, s)
	return s.list(p), err
}

// searchUsers implements POST /Users/.search (RFC 7644 section 3.4.3). It replies as GET /Users,
// but reads the filter and the other parameters from the body. Errors: those of readSearch for a
// body that is not valid; those of findUsers.
func searchUsers(ctx context.Context, c *call) (answer, error) {
	s, err := c.readSearch(c.users)
	if err != nil {
		return answer{}, err
	}
	p, err := c.findUsers(ctx, s)
	return s.list(p), err
}

// findUsers returns the page of users that the search s describes. The directory applies those
// conditions of the filter for which it has an index. findUsers applies the other conditions to the
// users that the directory returns. The directory also sorts by id or userName. For an order by
// another attribute, findUsers sorts the users in memory.
//
// Errors: those of the directory; tooMany if there are more than maxSorted users to sort.
func (c *call) findUsers(ctx context.Context, s *search) (page, error) {
	q, whole := s.userQuery()
	ordered := s.sort == nil || s.sort.String() == "id"
	if s.sort != nil && s.sort.String() == "userName" {
		ordered, q.Order = true, storage.OrderByLogin
	}
	q.Descending = s.descending
	switch {
	case !ordered:
		return c.sortUsers(ctx, s, q)
	case s.cursors && s.count > 0:
		return c.usersFrom(ctx, s, q)
	case whole && s.count > 0:
		return c.usersAt(ctx, s, q)
	}
	return c.scanUsers(ctx, s, q)
}

// usersAt returns the page of users at the start index of s, and the total number of matching
// users. It does not apply the filter of s, so the query q must find exactly the users that match
// the filter. Errors: those of the directory.
func (c *call) usersAt(ctx context.Context, s *search, q storage.Query) (page, error) {
	q.Offset, q.Limit = s.start-1, s.count
	found, err := c.List(ctx, roster.ListParams{Query: q, Total: true})
	if err != nil {
		return page{}, err
	}
	p := page{total: found.Total}
	for i := range found.Users {
		if err := c.add(ctx, s, &p, &found.Users[i]); err != nil {
			return page{}, err
		}
	}
	return p, nil
}

// add appends the user u to the resources of the page p, with only the attributes that the reply
// shows. It looks up the names of the user's groups if the reply shows the groups. Errors: those of
// loadGroups; the page is then unchanged.
func (c *call) add(ctx context.Context, s *search, p *page, u *user.User) error {
	if s.wants("", "groups", find(userSchema.Attributes, "groups")) {
		if err := c.loadGroups(ctx, u); err != nil {
			return err
		}
	}
	p.resources = append(p.resources, s.apply(c.users.userObject(&c.view, u, nil)))
	return nil
}

// passes reports whether the user u matches the filter of s. Without a filter it returns true. To
// apply the filter, it computes the attributes of u that are in the filter. It computes a whole
// extension if an attribute of the extension is in the filter. Errors: those of loadGroups.
func (c *call) passes(ctx context.Context, s *search, u *user.User) (bool, error) {
	if s.where == nil {
		return true, nil
	}
	if s.where.needs["groups"] {
		if err := c.loadGroups(ctx, u); err != nil {
			return false, err
		}
	}
	return s.where.passes(c.users.userObject(&c.view, u, s.where.needs)), nil
}

// matching yields the users of the query q that match the filter of s. It yields an error once and
// then stops. Errors: those of roster.Handle.All and of call.passes.
func (c *call) matching(ctx context.Context, s *search, q storage.Query) iter.Seq2[user.User, error] {
	return func(yield func(user.User, error) bool) {
		for u, err := range c.All(ctx, roster.ListParams{Query: q}) {
			ok := false
			if err == nil {
				ok, err = c.passes(ctx, s, &u)
			}
			if (ok || err != nil) && !yield(u, err) || err != nil {
				return
			}
		}
	}
}

// scanUsers reads all users of the query q that match the filter of s, and returns one page of
// them. The page has the users from the start index of s on, at most as many as the count of s. The
// total of the page is the number of all matching users. Errors: those of the directory.
func (c *call) scanUsers(ctx context.Context, s *search, q storage.Query) (page, error) {
	var p page
	for u, err := range c.matching(ctx, s, q) {
		if err != nil {
			return page{}, err
		}
		p.total++
		if p.total >= s.start && len(p.resources) < s.count {
			if err := c.add(ctx, s, &p, &u); err != nil {
				return page{}, err
			}
		}
	}
	return p, nil
}

// usersFrom returns the page of users after the cursor of s. It applies the filter of s to the
// users of the query q. The page has the cursor of the next page, or "" if there are no more users.
// The page has no total number, because a total would need a scan. RFC 9865 does not require one.
// Errors: those of the directory.
func (c *call) usersFrom(ctx context.Context, s *search, q storage.Query) (page, error) {
	q.After = s.cursor.After
	var p page
	var last storage.Position
	for u, err := range c.matching(ctx, s, q) {
		if err != nil {
			return page{}, err
		}
		if len(p.resources) == s.count {
			p.next = cursor{Digest: s.digest, After: &last}.String()
			break
		}
		if err := c.add(ctx, s, &p, &u); err != nil {
			return page{}, err
		}
		last = q.PositionOf(u)
	}
	return p, nil
}

// sortUsers reads the users of the query q that match the filter of s, sorts them in memory, and
// returns the page that s asks for. It is for an order that the directory does not have. Errors:
// tooMany if more than maxSorted users match; those of the directory.
func (c *call) sortUsers(ctx context.Context, s *search, q storage.Query) (page, error) {
	q.Descending = false
	var all []object
	for u, err := range c.matching(ctx, s, q) {
		if err != nil {
			return page{}, err
		}
		if err := c.loadGroups(ctx, &u); err != nil {
			return page{}, err
		}
		if all = append(all, c.users.userObject(&c.view, &u, nil)); len(all) > maxSorted {
			break
		}
	}
	p, err := s.pick(all)
	for i := range p.resources {
		p.resources[i] = s.apply(p.resources[i])
	}
	return p, err
}

// userQuery returns a query that finds at least the users that match the filter of s. whole reports
// whether the query finds only such users. If whole is false, the caller must apply the filter to
// the users of the query. Without a filter, the query finds all users and whole is true.
func (s *search) userQuery() (q storage.Query, whole bool) {
	if s.where == nil {
		return q, true
	}
	whole = narrow(&q, s.where.expression)
	return q, whole
}

// narrow adds those conditions of the expression e to the query q for which the directory has an
// index. It returns true if the query then finds exactly the users that match e. Otherwise the
// query may find other users too.
func narrow(q *storage.Query, e filter.Expression) bool {
	switch e := e.(type) {
	case *filter.LogicalExpression:
		if e.Operator != filter.AND {
			return false
		}
		left, right := narrow(q, e.Left), narrow(q, e.Right)
		return left && right
	case *filter.AttributeExpression:
		at, err := users.resolve(e.AttributePath)
		if err != nil || e.CompareValue == nil {
			return false
		}
		return narrowBy(q, at.String(), e.Operator, e.CompareValue)
	}
	return false
}

// narrowBy adds a comparison to the query q if the directory has an index for it. name is the path
// of the attribute. narrowBy never excludes a user that matches the comparison. It returns true if
// q then finds only users that match. It returns false if q may find other users too, for example
// because q is unchanged; the caller must then apply the filter to each user.
func narrowBy(q *storage.Query, name string, op filter.CompareOperator, value any) bool {
	text, isText := value.(string)
	flag, isFlag := value.(bool)
	switch {
	case op != filter.EQ && (op != filter.CO && op != filter.SW || name != "userName"):
		return false
	case isFlag && name == "active" && q.Enabled == storage.Any:
		q.Enabled = storage.Only(flag)
		return true
	case !isText || text == "":
		return false
	}
	switch name {
	case "userName":
		if op != filter.EQ {
			if q.LoginPart != "" {
				return false
			}
			q.LoginPart = text
			return op == filter.CO
		}
		narrowByKey(q, user.KeyLogin, text)
	case "externalId":
		narrowByKey(q, user.KeyEmployeeID, text)
	case "emails", "emails.value":
		narrowByKey(q, user.KeyEmail, text)
	case "id":
		id, err := user.ParseID(text)
		if err != nil || q.IDs != nil {
			return false
		}
		q.IDs = []user.ID{id}
		return id.String() == text
	case "roles", "roles.value":
		role, err := user.ParseRole(text)
		if err != nil || !q.Roles.IsZero() {
			return false
		}
		q.Roles = user.RolesOf(role)
		return true
	case "groups", "groups.value":
		id, ok := parseGroup(text)
		if !ok || q.Group != 0 {
			return false
		}
		q.Group = id
		return true
	}
	return false
}

// narrowByKey restricts the query q to the user with the key. A key ignores more differences than a
// comparison of SCIM, so the caller must compare the user again. narrowByKey does nothing if the
// text cannot be a key or if q already has a key.
func narrowByKey(q *storage.Query, kind user.KeyKind, text string) {
	if key, err := user.KeyOf(kind, text); err == nil && q.Key == (user.Key{}) {
		q.Key = key
	}
}
