package liveperson

import (
	"context"
	"net/http"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/wire"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// listTries is how often a list that others change while it is read is begun anew.
const listTries = 3

// listUsers answers with all users; the vendor's list has no pages. Their configuration is of one revision, unless others
// never stop changing it: then the answer carries the first one, so that a write by it is refused as stale.
func listUsers(ctx context.Context, c *call) (reply, error) {
	for try := 1; ; try++ {
		out, torn, err := c.list(ctx)
		if err != nil || !torn || try == listTries {
			return out, err
		}
	}
}

func (c *call) list(ctx context.Context) (out reply, torn bool, err error) {
	l := roster.List{Query: storage.Query{Limit: storage.MaxPage}}
	if c.deleted {
		l.Deleted = storage.WithDeleted
	}
	body := []byte{'['}
	for first := true; first || l.Cursor != ""; first = false {
		page, err := c.List(ctx, l)
		if err != nil {
			return reply{}, false, err
		}
		switch {
		case first:
			out.revision = page.ConfigRevision
			known, err := c.unchanged(out.revision, out.revision)
			if err != nil {
				return reply{}, false, err
			}
			if known {
				out.status = http.StatusNotModified
				return out, false, nil
			}
		case out.revision != page.ConfigRevision:
			torn = true
		}
		for i := range page.Users {
			body = append(appendUser(body, &page.Users[i], &c.fields), ',')
		}
		l.Cursor = page.Next
	}
	out.body = closed(body, ']')
	return out, torn, nil
}

// getUser answers with one user.
func getUser(ctx context.Context, c *call) (reply, error) {
	id, err := c.userID()
	if err != nil {
		return reply{}, err
	}
	return c.show(ctx, func() (user.User, error) {
		if c.deleted {
			return c.GetDeleted(ctx, id)
		}
		return c.Get(ctx, id)
	})
}

// getUserByPID answers with the user who has a process id, as clients of the vendor ask for him. A number is none.
func getUserByPID(ctx context.Context, c *call) (reply, error) {
	if isIndex(c.path.name) {
		return reply{}, invalid("/pid", validate.Invalid)
	}
	return c.show(ctx, func() (user.User, error) {
		u, err := c.Find(ctx, user.ByPID, c.path.name)
		return u, inVendorWords(err, "")
	})
}

// show answers with the user that find finds. The revision is read before the user: if the user's configuration changes
// in between, a write by that revision is refused as stale.
func (c *call) show(ctx context.Context, find func() (user.User, error)) (out reply, err error) {
	if out.revision, err = c.ConfigRevision(ctx); err != nil {
		return reply{}, err
	}
	u, err := find()
	if err != nil {
		return out, err
	}
	known, err := c.unchanged(u.ConfigVersion, out.revision)
	switch {
	case err != nil:
	case known:
		out.status = http.StatusNotModified
	default:
		out.body = c.encode(&u)
	}
	return out, err
}

// encode writes one user.
func (c *call) encode(u *user.User) []byte {
	return appendUser(make([]byte, 0, 1024), u, &c.fields)
}

// isPublic reports whether nobody in particular asks for a public profile.
func (c *call) isPublic() bool {
	return c.a.opts.PublicProfiles && c.path.route == userRoute && methodOf(c.r) == http.MethodGet &&
		!isIndex(c.path.name) && c.r.Header.Get("Authorization") == ""
}

// publicProfile answers with what everybody may know of a user who can sign in.
func (c *call) publicProfile(ctx context.Context) (reply, error) {
	u, err := c.a.dir.As(user.AccountID(c.path.account), roster.Host()).Find(ctx, user.ByPID, c.path.name)
	switch {
	case err != nil && wire.FailureOf(err).Class == wire.Internal:
		return reply{}, err
	case err != nil || !u.Enabled():
		return reply{}, storage.ErrNotFound
	}
	b := appendText([]byte(`{"employeeId":`), u.Identity.EmployeeID)
	b = appendText(append(b, `,"nickname":`...), u.Names.Display)
	return reply{body: append(b, `,"fullName":""}`...)}, nil
}
