package genesys

import (
	"context"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// get implements GET /users/{id}: "Returns the user specified by the ID."
func get(ctx context.Context, c *call) ([]byte, error) { return c.show(ctx, c.id()) }

// getMe implements GET /me, which returns the caller.
func getMe(ctx context.Context, c *call) ([]byte, error) { return c.show(ctx, c.caller.ID) }

func (c *call) show(ctx context.Context, id user.ID) ([]byte, error) {
	if err := c.mayGoOn(); err != nil {
		return nil, err
	}
	v, err := c.readView(false)
	if err != nil {
		return nil, err
	}
	if c.user, err = c.Get(ctx, id); err != nil {
		return nil, err
	}
	if v.subresources {
		if err := c.loadReferences(ctx, &v.refs, &c.user); err != nil {
			return nil, err
		}
	}
	c.out = append(c.out, `{"statusCode":0,"user":`...)
	c.out = append(c.appendUser(c.out, v, &c.user), '}')
	return c.out, nil
}

// update implements POST and PUT /users/{id}: "Updates the user specified by the ID." Attributes
// that the body does not name stay unchanged, except those that the user loses with a role. A
// caller that must change the password can only change their own user, with a new password in the
// body. Any other request of this caller is an error. The reply has only the statusCode 0. Errors:
// those of readBody, mayGoOn and roster.Handle.Edit.
func update(ctx context.Context, c *call) ([]byte, error) {
	id := c.id()
	body, err := c.readBody(false, id)
	if err != nil {
		return nil, err
	}
	e := body.edit(c, id)
	if !c.own(id) || e.Password == nil {
		if err := c.mayGoOn(); err != nil {
			return nil, err
		}
	}
	if _, err := c.Edit(ctx, []roster.Edit{e}); err != nil {
		return nil, err
	}
	return done, nil
}

// remove implements DELETE /users/{id}: "Deletes the user specified by the ID." The reply has only
// the statusCode 0. The request must have no parameters in the query or the body.
//
// Errors, in this order: that of mayGoOn if the caller must change the password first; those of
// reading the parameters; those of roster.Handle.Delete.
func remove(ctx context.Context, c *call) ([]byte, error) {
	if err := c.mayGoOn(); err != nil {
		return nil, err
	}
	values, err := vendorhttp.Form{Media: vendorhttp.JSON, Names: knownNames}.Read(c.request) // it takes no parameters, wherever they stand
	if err != nil {
		return nil, err
	}
	in := values.Reader()
	in.Unknown()
	if err := in.Err(); err != nil {
		return nil, err
	}
	if _, err := c.Delete(ctx, c.id()); err != nil {
		return nil, err
	}
	return done, nil
}
