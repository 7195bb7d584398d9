package omnidesk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// defaultItems is the number of items of a list without itemLimit.
const defaultItems = 15

// window returns the values of two parameters: itemStart, the number of items to skip, and
// itemLimit, the maximum number of items to return. The defaults are 0 and defaultItems. window
// adds a problem for a value outside of its limits. If the directory later reports a problem of the
// offset or the limit, the reply shows it under the name itemStart or itemLimit.
func (c *call) window() (start, limit int64) {
	c.as("/offset", "itemStart")
	c.as("/limit", "itemLimit")
	start = c.number(0, "itemStart")
	return start, c.number(defaultItems, "itemLimit")
}

// index implements GET /user: "Returns all the users." It returns a reply with a page of users, and
// with the total number of users that match. Users match by the text in the parameter query. If
// activeOnly is true, only enabled users match. The page begins at itemStart and has at most
// itemLimit users. If itemLimit is 0, the reply has the number and no users. The users have their
// settings, views, statistics and campaigns, except if extended is false.
//
// A long list is sent in pieces, and index then returns nil. If an error occurs after the first
// piece, index panics with http.ErrAbortHandler, which closes the connection. Errors: those of
// done, roster.Handle.List and Count; vendorhttp.ErrBusy if too many lists are being sent.
func index(c *call) ([]byte, error) {
	query := c.text("query")
	c.as("/text", "query")
	start, limit := c.window()
	activeOnly, _ := c.Bool("activeOnly")
	extended, given := c.Bool("extended")
	if err := c.done(); err != nil {
		return nil, err
	}
	l := roster.ListParams{Query: storage.Query{Text: query, Offset: int(start), Limit: int(limit)}, Total: true}
	if activeOnly {
		l.Enabled = storage.Yes
	}
	if limit == 0 { // the document allows it: no user, and the total
		l.Offset = 0
		n, err := c.handle.Count(c.context(), l)
		return append(listHead(start, n, limit), "]}"...), err
	}
	page, err := c.handle.List(c.context(), l)
	if err != nil {
		return nil, err
	}
	s := c.lists.Stream(c.reply, c.request, func() { begin(c.reply, http.StatusOK) })
	defer s.Close()
	b := listHead(start, page.Total, limit)
	for i := range page.Users {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = s.Send(appendItem(b, &page.Users[i], extended || !given)); err != nil {
			return nil, s.Fail(err)
		}
	}
	return s.Finish(append(b, "]}"...)), nil
}

// settings implements GET /user/settings: "Returns all the settings for this user." The parameter
// userID names the user; without it, the user is the one that the API key acts as. settings returns
// a reply with the profile, the settings and the lists of the user. Errors: those of done, for
// example if userID is missing and the key acts as no user; those of roster.Handle.Settings.
func settings(c *call) ([]byte, error) {
	id := c.targetID()
	if err := c.done(); err != nil {
		return nil, err
	}
	u, err := c.handle.Settings(c.context(), id)
	if err != nil {
		return nil, err
	}
	b := append(make([]byte, 0, 1024), `{"type":"item","item":`...)
	return append(appendEverything(b, &u), '}'), nil
}

// views implements GET /user/getUserViews: "Returns the selected views of this user." The parameter
// userID names the user; without it, the user is the one that the API key acts as. Only views whose
// name contains the parameter query match, without regard to case. The reply skips the first
// itemStart matching views, and lists the id and the name of at most itemLimit. It also has the
// number of all matching views. Errors: those of done; those of roster.Handle.Views.
func views(c *call) ([]byte, error) {
	id := c.targetID()
	query := c.text("query")
	start, limit := c.window()
	if err := c.done(); err != nil {
		return nil, err
	}
	refs, err := c.handle.Views(c.context(), id)
	if err != nil {
		return nil, err
	}
	query = validate.Fold(query)
	refs = slices.DeleteFunc(refs, func(r user.Reference) bool { return !strings.Contains(validate.Fold(r.Name), query) })
	b := listHead(start, len(refs), limit)
	refs = refs[min(start, int64(len(refs))):]
	for _, ref := range refs[:min(limit, int64(len(refs)))] {
		b = strconv.AppendInt(append(b, `{"id":`...), ref.ID, 10)
		b = append(vendorhttp.AppendText(append(b, `,"name":`...), ref.Name), '}', ',')
	}
	return append(closeList(b), '}'), nil
}
