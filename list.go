package roster

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"iter"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ListParams are the arguments of Handle.List: which users, in which order, and what else to
// return.
type ListParams struct {
	// Query selects and orders the users. Limit is the size of the page, 1 to storage.MaxPage; 0
	// is DefaultLimit.
	storage.Query

	// Cursor is Page.Next of the previous page, or "" for the first page. It replaces Query.After.
	// Order and Descending must be those of the previous page; otherwise List returns a
	// *validate.Error at /cursor.
	Cursor string
	// ApplicationName selects users that are in an application whose name contains this text
	// (Voximplant application_name). Case does not matter.
	ApplicationName string
	// Total asks for Page.Total, the number of all matching users.
	Total bool
	// Balances asks for Page.Balances, the balance of each user of the page, as Handle.Balances
	// returns it. Where the actor may not read a balance, it is the zero UserBalance, whose
	// money has no currency.
	Balances bool
}

// Page is one page of users. All of it is from one state of the account.
type Page struct {
	Users []user.User `json:"users"`
	// Balances holds the balance of each user in the order of Users, if ListParams.Balances is set.
	Balances []UserBalance `json:"balances,omitempty"`
	// Next is the cursor of the next page, or "" if there is none.
	Next string `json:"next,omitempty"`
	// Total is the number of all matching users, if ListParams.Total is set.
	Total int `json:"total,omitempty"`
	// Revision is the revision of the account.
	Revision user.Revision `json:"revision"`
	// ConfigRevision is what Handle.ConfigRevision returns for the same state.
	ConfigRevision user.Revision `json:"configRevision"`
}

// maxWithin is how many subsets Query.Within may hold. Each is intersected with each subset of
// users that the actor may read.
const maxWithin = 8

// DefaultLimit is the size of a page if Query.Limit is 0.
const DefaultLimit = 20

// List returns a page of users: of those that Get returns to the actor, or GetDeleted if the
// query asks for deleted users. No other user is on a page or counted in a total. The actor needs
// permission.UserList.
//
// Errors, in this order:
//   - *validate.Error for a cursor, limit, offset, filter or text that is not valid
//   - *permission.Denied
//   - storage.ErrNotFound if Balances is set and the account does not exist
func (h Handle) List(ctx context.Context, l ListParams) (Page, error) { return h.list(ctx, "List", l) }

// list returns the page of users that List describes. name is the name of the exported method.
// Errors: as List.
func (h Handle) list(ctx context.Context, name string, l ListParams) (Page, error) {
	q, err := h.query(l)
	return runView(ctx, &h, method{name: name, invalid: err}, func(ctx context.Context, s *readTx) (Page, error) {
		page := Page{Users: []user.User{}, Revision: s.Revision(), ConfigRevision: s.ConfigRevision()}
		q, empty, err := s.narrow(ctx, q, l.ApplicationName)
		if err == nil && !empty {
			page.Users, page.Next, err = s.page(ctx, &q)
		}
		if err != nil || empty {
			return page, err
		}
		for i := range page.Users {
			if err := s.show(ctx, &page.Users[i]); err != nil {
				return page, &ItemError{i, err}
			}
		}
		if l.Balances {
			if page.Balances, err = s.balancesOf(ctx, page.Users); err != nil {
				return page, err
			}
		}
		switch {
		case !l.Total:
		case page.Next == "" && q.After == nil && q.Offset == 0: // the page is the whole list
			page.Total = len(page.Users)
		default:
			page.Total, err = s.count(ctx, q)
		}
		return page, err
	})
}

// orEmpty returns list and err, with an empty list instead of nil, because JSON has null for nil.
func orEmpty[T any](list []T, err error) ([]T, error) {
	if list == nil {
		list = []T{}
	}
	return list, err
}

// Count returns the number of users that List would return for l on all pages together. Only users
// that the actor may read count. The page, the order and the cursor of l have no effect, but must
// be valid. Errors: *validate.Error and *permission.Denied, as List.
func (h Handle) Count(ctx context.Context, l ListParams) (int, error) {
	q, err := h.query(l)
	return runView(ctx, &h, method{name: "Count", invalid: err}, func(ctx context.Context, s *readTx) (int, error) {
		q, empty, err := s.narrow(ctx, q, l.ApplicationName)
		if err != nil || empty {
			return 0, err
		}
		return s.count(ctx, q)
	})
}

// All yields every matching user. It reads page after page, with l.Limit users each (0 is
// storage.MaxPage). Two pages may show different states of the account. A user whose position in
// the order does not change is yielded exactly once. All ends after an error. Errors: as List.
func (h Handle) All(ctx context.Context, l ListParams) iter.Seq2[user.User, error] {
	return func(yield func(user.User, error) bool) {
		l := l // the sequence may run more than once
		l.Limit = cmp.Or(l.Limit, storage.MaxPage)
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

// query validates l and returns the query for the storage. A Limit of 0 becomes DefaultLimit, and
// l.Cursor becomes the position q.After. Errors: *validate.Error with all problems; a value that
// only storage.Query.Check refuses is a problem at /order.
func (h Handle) query(l ListParams) (storage.Query, error) {
	q := l.Query
	q.Limit = cmp.Or(q.Limit, DefaultLimit)
	var c validate.Collector
	c.Range("/limit", int64(q.Limit), 1, storage.MaxPage)
	c.Range("/offset", int64(q.Offset), 0, 1<<31-1)
	c.Items("/ids", len(q.IDs), user.MaxIDs)
	c.Items("/kinds", len(q.Kinds), user.MaxIDs)
	c.Items("/statuses", len(q.Statuses), user.MaxIDs)
	c.Items("/applications", len(q.Applications), user.MaxIDs)
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
	c.Merge("/custom", q.Custom.Check())
	for _, filter := range []struct{ path, name string }{{"/hasCustom", q.HasCustom}, {"/lacksCustom", q.LacksCustom}} {
		if filter.name != "" && !user.ValidCustomName(filter.name) {
			c.Add(validate.Problem{Path: filter.path, Code: validate.Invalid})
		}
	}
	c.Storable("/key", q.Key.Value)
	if q.After != nil {
		c.Storable("/after", q.After.Key)
	}
	if l.Cursor != "" {
		position, ok := decodeCursor(l.Cursor, q.Order, q.Descending)
		if !ok {
			c.Add(validate.Problem{Path: "/cursor", Code: validate.Invalid})
		}
		q.After = &position
	}
	if c.Len() == 0 && q.Check() != nil {
		c.Add(validate.Problem{Path: "/order", Code: validate.Unknown})
	}
	return q, c.Err()
}

// narrow returns the query q, limited to users that the actor may read and, unless application is
// "", to users of applications whose name contains this text in any case. empty is true if no
// application has such a name, or the actor and q allow none of those that have. Errors:
// *permission.Denied if the actor may list no users; those of the policy and the storage.
func (s *readTx) narrow(ctx context.Context, q storage.Query, application string) (list listed, empty bool, err error) {
	if err := s.may(ctx, permission.UserList); err != nil && !denial(err).Scoped {
		return listed{}, false, err
	}
	if list, err = s.within(ctx, permission.UserRead, q); err != nil || application == "" {
		return list, false, err
	}
	ids := []user.ApplicationID{}
	want := validate.Fold(application)
	for ref, err := range refs(ctx, s, user.ReferenceApplication) {
		if err != nil {
			return listed{}, false, err
		}
		id := user.ApplicationID(ref.ID)
		if strings.Contains(validate.Fold(ref.Name), want) && (list.Applications == nil || slices.Contains(list.Applications, id)) {
			ids = append(ids, id)
		}
	}
	list.Applications = ids
	return list, len(ids) == 0, nil
}

// A cursor is the position of the last user of a page, encoded in base64url: format version,
// order and direction of the list, id, key. A cursor of one order is refused by a list in another
// order. A cursor that the caller invents is a position like any other and grants nothing.
const (
	cursorVersion = 1    // of the format
	cursorHead    = 2    // bytes before the id
	maxCursor     = 4096 // the greatest length of a cursor in bytes; no key of a user is that long
)

// encodeCursor returns the cursor, a URL-safe text, for the position p in a list of the order o.
// descending is true if the list runs downwards.
func encodeCursor(o storage.Order, descending bool, p storage.Position) string {
	b := []byte{cursorVersion, byte(o) << 1}
	if descending {
		b[1]++
	}
	b = binary.AppendUvarint(b, uint64(p.ID))
	b = append(b, p.Key...)
	return base64.RawURLEncoding.EncodeToString(b)
}

// decodeCursor returns the position in the cursor s, and false for a text that encodeCursor did not
// make for the same order and direction.
func decodeCursor(s string, o storage.Order, descending bool) (p storage.Position, ok bool) {
	if len(s) > maxCursor {
		return p, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < cursorHead || b[0] != cursorVersion ||
		storage.Order(b[1]>>1) != o || (b[1]&1 == 1) != descending {
		return p, false
	}
	id, n := binary.Uvarint(b[cursorHead:])
	if n <= 0 || id > 1<<63-1 {
		return p, false
	}
	p = storage.Position{Key: string(b[cursorHead+n:]), ID: user.ID(id)}
	return p, validate.IsStorable(p.Key)
}
