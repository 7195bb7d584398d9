package genesys

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// list is GET /users, "Returns URIs for all agents in the contact center."
func list(ctx context.Context, c *call) ([]byte, error) {
	if err := c.mayGoOn(); err != nil {
		return nil, err
	}
	v, err := c.readView(true)
	if err != nil {
		return nil, err
	}
	var users []user.User
	q, some := v.storageQuery()
	for u, err := range c.All(ctx, roster.List{Query: q}) {
		if err != nil {
			return nil, err
		}
		if some && v.wants(c, &u) {
			users = append(users, u)
		}
	}
	if v.subresources {
		if v.refs, err = c.loadRefs(ctx, users...); err != nil {
			return nil, err
		}
	}
	b := append(make([]byte, 0, 64+256*len(users)), `{"statusCode":0,"uris":[`...)
	if v.objects {
		b = append(b[:0], `{"statusCode":0,"users":[`...)
	}
	for i := range users {
		if i > 0 {
			b = append(b, ',')
		}
		if v.objects {
			b = c.appendUser(b, v, &users[i])
			continue
		}
		b = c.appendURI(b, users[i].ID)
	}
	return append(b, `]}`...), nil
}

// storageQuery narrows the search by those filters that the directory has an index for. some is false if nobody can
// have the value. The filters are asked all the same.
func (v *view) storageQuery() (q storage.Query, some bool) {
	for i := range v.filters {
		switch f := &v.filters[i]; f.field.name {
		case "userName":
			key, err := user.KeyOf(user.ByLogin, f.text)
			if err != nil {
				return storage.Query{IDs: []user.ID{}}, false
			}
			q.Key = key
		case "id":
			q.IDs = []user.ID{parseID(f.text)}
		case "enabled":
			q.Enabled = storage.Is(f.flag)
		case "roles":
			role, _ := roleByName(f.text)
			q.Roles = user.RolesOf(role)
		}
	}
	return q, true
}

// create is POST /users, "Creates a user."
func create(ctx context.Context, c *call) ([]byte, error) {
	if err := c.mayGoOn(); err != nil {
		return nil, err
	}
	body, err := c.readBody(true, 0)
	if err != nil {
		return nil, err
	}
	n := body.newUser()
	result, err := c.Create(ctx, n)
	if errors.Is(err, storage.ErrExists) {
		return nil, &refusal{
			http.StatusForbidden, codeExists, fmt.Sprintf("Failed to create user. User '%s' already exists.", n.User.Identity.Login), err,
		}
	}
	if err != nil {
		return nil, err
	}
	id := result.User.ID
	b := append(make([]byte, 0, 256), `{"statusCode":0,"path":"`...)
	b = append(appendPath(b, id), `","id":"`...)
	b = append(appendID(b, id), `","uri":`...)
	return append(c.appendURI(b, id), '}'), nil
}
