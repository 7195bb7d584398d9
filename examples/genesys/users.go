package genesys

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// list implements GET /users: "Returns URIs for all agents in the contact center." If the query
// asks for fields or subresources, the reply has user objects instead of URIs. The query can also
// filter the users. list reads the users in pages, and sends the reply in pieces while it reads. If
// an error occurs after the first piece, list closes the connection.
//
// Errors: that of mayGoOn if the caller must change the password first; those of readView and the
// reads; vendorhttp.ErrBusy if too many lists are being sent.
func list(ctx context.Context, c *call) ([]byte, error) {
	if err := c.mayGoOn(); err != nil {
		return nil, err
	}
	v, err := c.readView(true)
	if err != nil {
		return nil, err
	}
	s := c.lists.Stream(c.reply, c.request, func() { begin(c.reply, http.StatusOK) })
	defer s.Close()
	b := append(make([]byte, 0, 1024), `{"statusCode":0,"uris":[`...)
	if v.objects {
		b = append(b[:0], `{"statusCode":0,"users":[`...)
	}
	first, seen := true, 0
	q, some := v.storageQuery()
	q.Limit = vendorhttp.ListPage
	for u, err := range c.All(ctx, roster.ListParams{Query: q}) {
		if err != nil {
			return nil, s.Fail(err)
		}
		if seen++; seen == vendorhttp.ListPage { // before the next page is read, whether or not the filters pass a user
			if err := s.Enter(); err != nil {
				return nil, err
			}
		}
		if !some || !v.wants(c, &u) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		if b, err = c.appendListed(ctx, b, v, &u); err == nil {
			b, err = s.Send(b)
		}
		if err != nil {
			return nil, s.Fail(err)
		}
	}
	return s.Finish(append(b, `]}`...)), nil
}

// appendListed appends the user u to b, the JSON of a list, and returns the result. It appends a
// JSON object if v.objects is true, and the URI of the user otherwise. If the object includes
// subresources, appendListed first reads the skills and devices of u (loadReferences), and returns
// the error of a failed read.
func (c *call) appendListed(ctx context.Context, b []byte, v *view, u *user.User) ([]byte, error) {
	if !v.objects {
		return c.appendURI(b, u.ID), nil
	}
	if v.subresources {
		if err := c.loadReferences(ctx, &v.refs, u); err != nil {
			return nil, err
		}
	}
	return c.appendUser(b, v, u), nil
}

// storageQuery returns a query with the filters that the directory has an index for. some is false
// if no user can have the value. The caller must apply all filters to the result.
func (v *view) storageQuery() (q storage.Query, some bool) {
	for i := range v.filters {
		switch f := &v.filters[i]; f.field.name {
		case "userName":
			key, err := user.KeyOf(user.KeyLogin, f.text)
			if err != nil {
				return storage.Query{IDs: []user.ID{}}, false
			}
			q.Key = key
		case "id":
			q.IDs = []user.ID{parseID(f.text)}
		case "enabled":
			q.Enabled = storage.Only(f.flag)
		case "roles":
			role, _ := roleByName(f.text)
			q.Roles = user.RolesOf(role)
		}
	}
	return q, true
}

// create implements POST /users: "Creates a user." It adds the user in the body. The reply has the
// statusCode 0 and the path, the id and the URI of the new user.
//
// Errors: that of mayGoOn if the caller must change the password first; those of readBody and
// roster.Handle.Create; a refusal with the HTTP status 403 if the user already exists.
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
