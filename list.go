package roster

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ListParams are the arguments of Handle.List: which users, in which order, and what to return.
type ListParams struct {
	storage.Query

	// Cursor is the Next of the page before, "" for the first one. It stands for Query.After.
	Cursor string
	// ApplicationName is part of the name of an application that the user must be in (Voximplant
	// application_name).
	ApplicationName string
	// Total asks for the number of all users that match as well.
	Total bool
	// Balances asks for the balance of each user of the page too, as Handle.Balances returns it. It
	// is the zero UserBalance, whose money has no currency, where the actor may not read the
	// balance.
	Balances bool
}

// Page is one page of users, all of one state of the account.
type Page struct {
	Users    []user.User   `json:"users"`
	Balances []UserBalance `json:"balances,omitempty"` // of each of Users, in the same order, if ListParams asked for it
	Next     string        `json:"next,omitempty"`     // the cursor of the next page, "" if there is none
	Total    int           `json:"total,omitempty"`    // of all users that match, if ListParams asked for it
	Revision user.Revision `json:"revision"`
	// ConfigRevision is the account's in the state that was read (Handle.ConfigRevision).
	ConfigRevision user.Revision `json:"configRevision"`
}

// maxWithin bounds the subsets that a caller asks for. Each is combined with those that the actor
// may read.
const maxWithin = 8

// DefaultLimit is how many users a page has if ListParams says nothing.
const DefaultLimit = 20

// List returns a page of the users that Get returns to the actor, or GetDeleted if deleted users
// are asked for: no other user is on a page, counted in a total, or behind a cursor. The actor
// needs permission.UserList, however limited. Errors: *validate.Error for a bad cursor, limit,
// offset or text; *permission.Denied; an Authorizer's own; with Balances, storage.ErrNotFound if
// there is no such account.
func (h Handle) List(ctx context.Context, l ListParams) (Page, error) { return h.list(ctx, "List", l) }

// list reads a page for the operation with the name.
func (h Handle) list(ctx context.Context, name string, l ListParams) (_ Page, err error) {
	if ctx, h.obs = start(ctx, &h, name); h.obs != nil {
		defer h.obs.end(&err)
	}
	q, err := h.query(l)
	if err != nil {
		return Page{}, err
	}
	var page Page
	err = h.view(ctx, func(ctx context.Context, s *readTx) error {
		page = Page{Revision: s.Revision(), ConfigRevision: s.ConfigRevision()}
		q, empty, err := s.narrow(ctx, q, l.ApplicationName)
		if err != nil || empty {
			return err
		}
		if page.Users, page.Next, err = s.page(ctx, &q); err != nil {
			return err
		}
		if err := s.showAll(ctx, page.Users); err != nil {
			return err
		}
		if l.Balances {
			if page.Balances, err = s.balancesOf(ctx, page.Users); err != nil {
				return err
			}
		}
		switch {
		case !l.Total:
		case page.Next == "" && q.After == nil && q.Offset == 0: // the page is the whole list
			page.Total = len(page.Users)
		default:
			page.Total, err = s.count(ctx, &q)
		}
		return err
	})
	if err != nil {
		return Page{}, err
	}
	return page, nil
}

// Count returns how many users match. Errors: as List.
func (h Handle) Count(ctx context.Context, l ListParams) (n int, err error) {
	if ctx, h.obs = start(ctx, &h, "Count"); h.obs != nil {
		defer h.obs.end(&err)
	}
	q, err := h.query(l)
	if err != nil {
		return 0, err
	}
	err = h.view(ctx, func(ctx context.Context, s *readTx) error {
		n = 0
		q, empty, err := s.narrow(ctx, q, l.ApplicationName)
		if err == nil && !empty {
			n, err = s.count(ctx, &q)
		}
		return err
	})
	return n, err
}

// All yields every user that matches. All reads page after page, l.Limit users each: a page shows
// one state of the account, two pages may show different states. A user whose position in the order
// does not change is yielded exactly once. All stops after an error. Errors: as List.
func (h Handle) All(ctx context.Context, l ListParams) iter.Seq2[user.User, error] {
	return func(yield func(user.User, error) bool) {
		if l.Limit == 0 {
			l.Limit = storage.MaxPage
		}
		l.Total, l.Balances = false, false // All does not yield them
		for {
			page, err := h.list(ctx, "All", l)
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
func (h Handle) query(l ListParams) (storage.Query, error) {
	q := l.Query
	if q.Limit == 0 {
		q.Limit = DefaultLimit
	}
	var c validate.Collector
	c.Range("/limit", int64(q.Limit), 1, storage.MaxPage)
	c.Range("/offset", int64(q.Offset), 0, 1<<31-1)
	for _, filter := range []struct {
		path string
		n    int
	}{
		{"/ids", len(q.IDs)}, {"/kinds", len(q.Kinds)}, {"/statuses", len(q.Statuses)}, {"/applications", len(q.Applications)},
	} {
		c.Items(filter.path, filter.n, user.MaxIDs)
	}
	if c.Items("/within", len(q.Within), maxWithin) {
		for i := range q.Within {
			c.Items(validate.Element("/within", i)+"/groups", len(q.Within[i].Groups), user.MaxIDs)
		}
	}
	c.Optional(validate.SearchText, h.profile, "/text", q.Text)
	c.Optional(validate.SearchText, h.profile, "/loginPart", q.LoginPart)
	c.Optional(validate.SearchText, h.profile, "/displayPart", q.DisplayPart)
	c.Optional(validate.SearchText, h.profile, "/applicationName", l.ApplicationName)
	if !q.Roles.IsList() || !q.Roles.Valid() {
		c.Add(validate.Problem{Path: "/roles", Code: validate.Invalid})
	}
	c.Storable("/key", q.Key.Value)
	if q.After != nil {
		c.Storable("/after", q.After.Key)
	}
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

// narrow asks the policy for lists, limits the query to the users that the actor may read, and
// finds the applications by part of their names. It reports true if the list is empty whatever
// the account's users are.
func (s *readTx) narrow(ctx context.Context, q storage.Query, application string) (list listed, empty bool, err error) {
	if err := s.may(ctx, permission.UserList); err != nil && !scoped(err) {
		return listed{}, false, err
	}
	if list, err = s.readable(ctx, q); err != nil || application == "" {
		return list, false, err
	}
	ids := []user.ApplicationID{}
	want := validate.Fold(application)
	for ref, err := range refs(ctx, s, user.ReferenceApplication) {
		if err != nil {
			return listed{}, false, err
		}
		id := user.ApplicationID(ref.ID)
		if strings.Contains(validate.Fold(ref.Name), want) && (q.Applications == nil || slices.Contains(q.Applications, id)) {
			ids = append(ids, id)
		}
	}
	list.Applications = ids
	return list, len(ids) == 0, nil
}
