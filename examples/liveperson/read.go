package liveperson

import (
	"context"
	"net/http"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// listUsers returns a reply with all users that the caller may see, because the vendor's list has
// no pages. Deleted users are included if the query asks for them. If the caller already has the
// current revision, the reply has the status 304 and no body.
//
// listUsers reads the users in pages. It sends a long list in pieces while it reads, and the reply
// then has no body and is marked as sent. The revision in the header is that of the first page. A
// user can change before their page is read. The reply then shows the changed user with an older
// revision, so a write with this revision is refused as stale. If an error occurs after the first
// piece, listUsers panics with http.ErrAbortHandler, which closes the connection.
//
// Errors: those of the reads; *roster.StaleError if the revision in If-Match is greater than the
// current one; vendorhttp.ErrBusy if too many lists are being sent.
func listUsers(ctx context.Context, c *call) (out reply, err error) {
	l := roster.ListParams{Query: storage.Query{Limit: vendorhttp.ListPage}}
	if c.deleted {
		l.Deleted = storage.WithDeleted
	}
	page, err := c.List(ctx, l)
	if err != nil {
		return reply{}, err
	}
	out.revision = page.ConfigRevision
	if known, err := c.unchanged(out.revision, out.revision); err != nil {
		return reply{}, err
	} else if known {
		out.status = http.StatusNotModified
		return out, nil
	}
	s := c.a.lists.Stream(c.w, c.r, func() {
		out.showRevision(c.w)
		begin(c.w, http.StatusOK)
	})
	defer s.Close()
	body, comma := append(make([]byte, 0, 1024), '['), false
	for {
		for i := range page.Users {
			if comma {
				body = append(body, ',')
			}
			comma = true
			if body, err = s.Send(appendUser(body, &page.Users[i], &c.fields)); err != nil {
				return out, s.Fail(err)
			}
		}
		if page.Next == "" {
			break
		}
		if err = s.Enter(); err != nil {
			return out, err
		}
		l.Cursor = page.Next
		if page, err = c.List(ctx, l); err != nil {
			return out, s.Fail(err)
		}
	}
	out.body = s.Finish(append(body, ']'))
	out.sent = out.body == nil
	return out, nil
}

// getUser returns a reply with the user whose id is in the path. If the query asks for deleted
// users, it also finds a deleted user. If the user has not changed since the revision in the header
// If-Match, the reply has the status 304 and no body. Errors: those of userID, of the read, and of
// call.show.
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

// getUserByPID returns a reply with the user that has the process id in the path. Errors: a
// *validate.Error at /pid for a number, which is not a process id; those of roster.Handle.Find and
// of call.show.
func getUserByPID(ctx context.Context, c *call) (reply, error) {
	if isIndex(c.path.name) {
		return reply{}, invalid("/pid", validate.Invalid)
	}
	return c.show(ctx, func() (user.User, error) {
		u, err := c.Find(ctx, user.KeyPID, c.path.name)
		return u, inVendorWords(err, "")
	})
}

// show returns a reply with the user that the function find returns, and with the current revision.
// The reply has the status 304 and no body if the user has not changed since the revision in the
// header If-Match.
//
// show reads the current revision before it calls find. If the user changes in between, the
// revision in the reply is too old. A later write to this user with this revision is then refused
// as stale.
//
// Errors: that of reading the revision; those of find; *roster.StaleError if the revision in
// If-Match is greater than the current one.
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

func (c *call) encode(u *user.User) []byte {
	return appendUser(make([]byte, 0, 1024), u, &c.fields)
}

// isPublic reports whether the request is for a public profile. It is a GET of one user by pid,
// without the header Authorization, and the server offers public profiles.
func (c *call) isPublic() bool {
	return c.a.opts.PublicProfiles && c.path.route == userRoute && methodOf(c.r) == http.MethodGet &&
		!isIndex(c.path.name) && c.r.Header.Get("Authorization") == ""
}

// publicProfile returns a reply with the employeeId and the nickname of the user with the pid in
// the path. The fullName is always empty. The call needs no token. Errors:
// storage.ErrNotFound if no user has the pid or the user is disabled; those of the storage.
func (c *call) publicProfile(ctx context.Context) (reply, error) {
	u, err := c.a.dir.As(user.AccountID(c.path.account), roster.SystemActor()).Find(ctx, user.KeyPID, c.path.name)
	switch {
	case err != nil && !noUser(err):
		return reply{}, err
	case err != nil || !u.Enabled():
		return reply{}, storage.ErrNotFound
	}
	b := vendorhttp.AppendText([]byte(`{"employeeId":`), u.Identity.EmployeeID)
	b = vendorhttp.AppendText(append(b, `,"nickname":`...), u.Names.Display)
	return reply{body: append(b, `,"fullName":""}`...)}, nil
}
