package omnidesk

import (
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/validate"
)

// defaultItems is how many items a list has where itemLimit says nothing.
const defaultItems = 15

// window reads itemStart and itemLimit.
func (c *call) window() (start, limit int64) {
	c.as("/offset", "itemStart")
	c.as("/limit", "itemLimit")
	return c.number(validate.OmnideskItemStart, 0, "itemStart"), c.number(validate.OmnideskItemLimit, defaultItems, "itemLimit")
}

// index is GET /user: "Returns all the users."
func index(c *call) (any, error) {
	// Strict, whatever the profile: the letter of the pattern takes any text that begins with a letter.
	query := c.optional(validate.OmnideskQuery, validate.Strict, "query")
	c.as("/text", "query")
	start, limit := c.window()
	activeOnly, _ := c.Bool("activeOnly")
	extended, given := c.Bool("extended")
	if err := c.done(); err != nil {
		return nil, err
	}
	l := roster.List{Query: storage.Query{Text: query, Offset: int(start), Limit: int(limit)}, Total: true}
	if activeOnly {
		l.Enabled = storage.Yes
	}
	if limit == 0 { // the letter of the document allows it: nobody, and how many there are
		l.Offset = 0
		n, err := c.handle.Count(c.context(), l)
		return listOf[item](start, n, limit, nil), err
	}
	page, err := c.handle.List(c.context(), l)
	if err != nil {
		return nil, err
	}
	items := make([]item, len(page.Users))
	for i := range page.Users {
		items[i] = itemOf(&page.Users[i], extended || !given)
	}
	return listOf(start, page.Total, limit, items), nil
}

// settings is GET /user/settings: "Returns all the settings for this user."
func settings(c *call) (any, error) {
	id := c.whom()
	if err := c.done(); err != nil {
		return nil, err
	}
	u, err := c.handle.Settings(c.context(), id)
	if err != nil {
		return nil, err
	}
	return one[everything]{"item", everythingOf(&u)}, nil
}

// view is a view in a list.
type view struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// views is GET /user/getUserViews: "Returns the selected views of this user."
func views(c *call) (any, error) {
	id := c.whom()
	query := c.optional(validate.OmnideskViewQuery, c.profile, "query")
	start, limit := c.window()
	if err := c.done(); err != nil {
		return nil, err
	}
	refs, err := c.handle.Views(c.context(), id)
	if err != nil {
		return nil, err
	}
	items := make([]view, 0, len(refs))
	for _, ref := range refs {
		if query == "" || strings.Contains(validate.Fold(ref.Name), validate.Fold(query)) {
			items = append(items, view{ref.ID, ref.Name})
		}
	}
	total := len(items)
	items = items[min(start, int64(total)):]
	return listOf(start, total, limit, items[:min(limit, int64(len(items)))]), nil
}
