package roster

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// List asks for a page of users.
type List struct {
	storage.Query

	// Cursor is the Next of the page before, "" for the first one. It stands for Query.After.
	Cursor string
	// ApplicationName is part of the name of an application that the user must be in (Voximplant application_name).
	ApplicationName string
	// Total asks for the number of all users that match as well.
	Total bool
}

// Page is one page of users, all of one state of the account.
type Page struct {
	Users    []user.User
	Next     string // the cursor of the next page, "" if there is none
	Total    int    // of all users that match, if the List asked for it
	Revision user.Revision
}

// DefaultLimit is how many users a page has where the List says nothing.
const DefaultLimit = 20

// List returns a page of users. An actor who may see only himself gets a list of himself. Errors: *validate.Error for
// a bad cursor, limit, offset or text; *permission.Denied.
func (h Handle) List(ctx context.Context, l List) (Page, error) {
	q, err := h.query(l)
	if err != nil {
		return Page{}, err
	}
	var page Page
	err = h.view(ctx, func(ctx context.Context, r storage.Reader, actor permission.Actor) error {
		page = Page{Revision: r.Revision()}
		q := q
		empty, err := h.narrow(ctx, r, actor, &q, l.ApplicationName)
		if err != nil || empty {
			return err
		}
		limit := q.Limit
		q.Limit = min(limit+1, storage.MaxPage) // one more tells whether there is a next page
		if page.Users, err = r.Users(ctx, q); err != nil {
			return err
		}
		if more := len(page.Users) > limit; more || limit == storage.MaxPage && len(page.Users) == limit {
			page.Users = page.Users[:limit]
			page.Next = encodeCursor(q.Order, q.Descending, q.PositionOf(page.Users[limit-1]))
		}
		if l.Total {
			page.Total, err = r.CountUsers(ctx, q)
		}
		return err
	})
	if err != nil {
		return Page{}, err
	}
	return page, nil
}

// Count returns how many users match. Errors: as List.
func (h Handle) Count(ctx context.Context, l List) (n int, err error) {
	q, err := h.query(l)
	if err != nil {
		return 0, err
	}
	err = h.view(ctx, func(ctx context.Context, r storage.Reader, actor permission.Actor) error {
		n = 0
		q := q
		empty, err := h.narrow(ctx, r, actor, &q, l.ApplicationName)
		if err != nil || empty {
			return err
		}
		n, err = r.CountUsers(ctx, q)
		return err
	})
	return n, err
}

// All yields every user that matches, page after page: each page is of one state, the whole may not be. A user who
// stays where he is in the order is yielded once, whatever others do. Limit is the size of a page. After an error it
// stops. Errors: as List.
func (h Handle) All(ctx context.Context, l List) iter.Seq2[user.User, error] {
	return func(yield func(user.User, error) bool) {
		if l.Limit == 0 {
			l.Limit = storage.MaxPage
		}
		for {
			page, err := h.List(ctx, l)
			if err != nil {
				yield(user.User{}, err)
				return
			}
			for _, u := range page.Users {
				if !yield(u, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			l.Cursor, l.Offset = page.Next, 0
		}
	}
}

// query validates the list and turns it into the storage's query.
func (h *Handle) query(l List) (storage.Query, error) {
	q := l.Query
	if q.Limit == 0 {
		q.Limit = DefaultLimit
	}
	var c validate.Collector
	c.Range("/limit", int64(q.Limit), 1, storage.MaxPage)
	c.Range("/offset", int64(q.Offset), 0, 1<<31-1)
	c.Optional(validate.SearchText, h.profile, "/text", q.Text)
	c.Optional(validate.SearchText, h.profile, "/loginPart", q.LoginPart)
	c.Optional(validate.SearchText, h.profile, "/displayPart", q.DisplayPart)
	c.Optional(validate.SearchText, h.profile, "/applicationName", l.ApplicationName)
	if l.Cursor != "" {
		position, err := decodeCursor(l.Cursor, q.Order, q.Descending)
		if err != nil {
			c.Add(validate.Problem{Path: "/cursor", Code: validate.Invalid})
		}
		q.After = &position
	}
	if err := c.Err(); err != nil {
		return q, err
	}
	if err := q.Check(); err != nil {
		c.Add(validate.Problem{Path: "/order", Code: validate.Unknown})
		return q, c.Err()
	}
	return q, nil
}

// narrow asks the policy, limits the query to what the actor may see, and finds the applications by part of name. It
// reports true if nobody can match.
func (h *Handle) narrow(ctx context.Context, r storage.Reader, actor permission.Actor, q *storage.Query, application string) (empty bool, err error) {
	if err := h.authorizer.Check(permission.Request{Action: permission.UserList, Actor: actor}); err != nil {
		if !scoped(err) || actor.ID == 0 {
			return false, err
		}
		self := permission.Target{ID: actor.ID, Roles: actor.Roles}
		if h.authorizer.Check(permission.Request{Action: permission.UserList, Actor: actor, Target: self}) != nil {
			return false, err
		}
		if q.IDs != nil && !slices.Contains(q.IDs, actor.ID) {
			return true, nil
		}
		q.IDs = []user.ID{actor.ID}
	}
	if application == "" {
		return false, nil
	}
	var ids []user.ApplicationID
	want := validate.Fold(application)
	for ref, err := range refs(ctx, r, user.RefApplication) {
		if err != nil {
			return false, err
		}
		id := user.ApplicationID(ref.ID)
		if strings.Contains(validate.Fold(ref.Name), want) && (q.Applications == nil || slices.Contains(q.Applications, id)) {
			ids = append(ids, id)
		}
	}
	q.Applications = ids
	return len(ids) == 0, nil
}

func tooMany(what string, limit int) error {
	return fmt.Errorf("roster: more than %d %s: %w", limit, what, storage.ErrInvalid)
}
