package scim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	filter "github.com/scim2/filter-parser/v2"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/storage"
)

// The sizes of lists.
const (
	defaultPage = 100
	maxPage     = storage.MaxPage
	// maxSorted is the greatest number of resources that are sorted by an attribute without an
	// index.
	maxSorted = 10_000
)

// search is a request for a list (RFC 7644 section 3.4.2, RFC 9865).
type search struct {
	where      *condition // nil: all resources
	sort       *target    // nil: by id
	descending bool
	start      int // from 1
	count      int
	cursors    bool // pages by cursor instead of by index
	cursor     cursor
	digest     string // a hash of the type, the filter and the order; a cursor contains it
	projection
}

// cursor is the position at which a page begins.
type cursor struct {
	Digest string            `json:"d"`
	After  *storage.Position `json:"p,omitempty"` // the page begins after this user
	Skip   int               `json:"s,omitempty"` // the number of resources before the page
}

// String implements fmt.Stringer. It encodes the cursor as the text that clients receive as
// nextCursor and send back: URL-safe base64 of JSON. search.from decodes the text.
func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// parameters are the parameters of a list, from a query or from a search request.
type parameters struct {
	filter, sortBy, sortOrder string
	startIndex, count         *int
	cursor                    *string
	attributes, excluded      []string
}

// readQuery returns the search for resources of the type t that the parameters of a GET describe.
// It ignores parameters that are not about a search. It uses all values of "attributes" and
// "excludedAttributes", and the first value of any other parameter. Errors: invalidValue for a
// startIndex or count that is not an integer; those of parameters.search.
func (c *call) readQuery(t *resourceType) (*search, error) {
	p := parameters{attributes: c.names("attributes"), excluded: c.names("excludedAttributes")}
	for name, values := range c.query {
		text := values[0]
		var err error
		switch name {
		case "filter":
			p.filter = text
		case "sortBy":
			p.sortBy = text
		case "sortOrder":
			p.sortOrder = text
		case "cursor":
			p.cursor = &text
		case "startIndex":
			p.startIndex, err = integer(name, text)
		case "count":
			p.count, err = integer(name, text)
		}
		if err != nil {
			return nil, err
		}
	}
	return p.search(t)
}

func integer(name, text string) (*int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil, invalidValue(name, "must be an integer")
	}
	return &n, nil
}

// readSearch reads the body of a POST to /.search (RFC 7644 section 3.4.3) and returns the search
// for resources of the type t. Names of members are compared without regard to case.
//
// Errors: invalidSyntax if the body is not an object with the schema of a search request, or has an
// unknown member; invalidValue for a member of a wrong type; those of parameters.search.
func (c *call) readSearch(t *resourceType) (*search, error) {
	if c.body == nil {
		return nil, invalidSyntax("The body must be an object.")
	}
	if err := wantSchema(*c.body, searchMessage); err != nil {
		return nil, err
	}
	var p parameters
	for _, item := range c.body.Items {
		var err error
		switch strings.ToLower(item.Name) {
		case "schemas":
		case "filter":
			p.filter, err = textOf(item)
		case "sortby":
			p.sortBy, err = textOf(item)
		case "sortorder":
			p.sortOrder, err = textOf(item)
		case "cursor":
			var text string
			text, err = textOf(item)
			p.cursor = &text
		case "startindex":
			p.startIndex, err = integerOf(item)
		case "count":
			p.count, err = integerOf(item)
		case "attributes":
			p.attributes, err = textsOf(item)
		case "excludedattributes":
			p.excluded, err = textsOf(item)
		default:
			err = invalidSyntax("The search request has a member that RFC 7644 section 3.4.3 does not know.")
		}
		if err != nil {
			return nil, err
		}
	}
	return p.search(t)
}

// integerOf returns the integer in v. Errors: invalidValue if v is not a number, or not an integer.
func integerOf(v vendorhttp.Value) (*int, error) {
	if v.Kind != vendorhttp.Number {
		return nil, invalidValue(v.Name, "must be an integer")
	}
	return integer(v.Name, v.Text)
}

func textOf(v vendorhttp.Value) (string, error) {
	if v.Kind != vendorhttp.String {
		return "", invalidValue(v.Name, "must be a string")
	}
	return v.Text, nil
}

func textsOf(v vendorhttp.Value) ([]string, error) {
	if v.Kind != vendorhttp.List {
		return nil, invalidValue(v.Name, "must be an array of strings")
	}
	list := make([]string, len(v.Items))
	for i, item := range v.Items {
		if item.Kind != vendorhttp.String {
			return nil, invalidValue(v.Name, "must be an array of strings")
		}
		list[i] = item.Text
	}
	return list, nil
}

// search checks the parameters of a list and returns the search for resources of the type t.
// Defaults: startIndex is 1, count is defaultPage. A startIndex below 1 becomes 1, a negative count
// becomes 0, and a count above maxPage becomes maxPage.
//
// Errors: those of parseProjection, parseFilter, order and from.
func (p *parameters) search(t *resourceType) (*search, error) {
	s := &search{start: 1, count: defaultPage}
	var err error
	if s.projection, err = t.parseProjection(p.attributes, p.excluded); err != nil {
		return nil, err
	}
	if p.filter != "" {
		if s.where, err = t.parseFilter(p.filter); err != nil {
			return nil, err
		}
	}
	if err := s.order(t, p.sortBy, p.sortOrder); err != nil {
		return nil, err
	}
	if p.startIndex != nil {
		s.start = max(1, *p.startIndex) // "A value less than 1 SHALL be interpreted as 1"
	}
	if p.count != nil {
		s.count = min(max(0, *p.count), maxPage) // "A negative value SHALL be interpreted as 0"
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{t.name, p.filter, p.sortBy, p.sortOrder}, "\x00")))
	s.digest = base64.RawURLEncoding.EncodeToString(sum[:9])
	return s, s.from(p)
}

// order sets the order of the search s for resources of type t. sortBy is the path of an attribute;
// without it the order is by id. sortOrder is ascending, descending or "" for ascending. A complex
// attribute is sorted by its sub-attribute "value".
//
// Errors: invalidValue for another sortOrder, for a complex attribute without a "value", and for an
// attribute that is never returned; errUnknownAttribute if sortBy is not the path of an attribute.
func (s *search) order(t *resourceType, sortBy, sortOrder string) error {
	switch {
	case sortOrder == "" || strings.EqualFold(sortOrder, "ascending"):
	case strings.EqualFold(sortOrder, "descending"):
		s.descending = true
	default:
		return invalidValue("sortOrder", "must be ascending or descending")
	}
	if sortBy == "" {
		return nil
	}
	if len(sortBy) > maxFilter {
		return errUnknownAttribute
	}
	path, err := filter.ParseAttrPath([]byte(sortBy))
	if err != nil {
		return errUnknownAttribute
	}
	found, err := t.resolve(path)
	if err != nil {
		return err
	}
	if found.last().Type == typeComplex {
		value := find(found.last().Sub, "value")
		if value == nil || found.sub != nil {
			return invalidValue("sortBy", "must name an attribute that has a value of its own")
		}
		found.sub = value
	}
	if found.last().Returned == never {
		return invalidValue("sortBy", "must not name an attribute that is never returned")
	}
	s.sort = &found
	return nil
}

// from reads the parameter cursor of p. It sets the place at which the search s begins, and marks s
// as a search with pages by cursor. With an empty cursor the search begins at its first page.
// Without the parameter, s does not change.
//
// Errors: invalidValue if the request also has startIndex; invalidCursor for a text that is not a
// cursor, or for the cursor of a search with another type, filter or order.
func (s *search) from(p *parameters) error {
	if p.cursor == nil {
		return nil
	}
	if p.startIndex != nil {
		return invalidValue("startIndex", "must not be given with a cursor")
	}
	s.cursors = true
	if *p.cursor == "" {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(*p.cursor)
	if err != nil || json.Unmarshal(text, &s.cursor) != nil || s.cursor.Digest != s.digest || s.cursor.Skip < 0 {
		return refuse(http.StatusBadRequest, "invalidCursor", "The cursor is not one of this search.")
	}
	return nil
}

// page is the result of a search.
type page struct {
	resources []object
	total     int
	next      string // the cursor of the next page, "" for none
}

// list returns the list reply with the resources of the page p. The reply to a search by index has
// the total number and the start index. The reply to a search by cursor has the cursor of the next
// page, if there is one. If a search by cursor has the count 0, the reply has the total number and,
// if the total is above 0, a cursor for the place at which the search begins.
func (s *search) list(p page) answer {
	list := p.resources
	if list == nil {
		list = []object{}
	}
	body := object{"schemas": []any{listMessage}, "itemsPerPage": len(list), "Resources": list}
	switch {
	case !s.cursors:
		body["totalResults"], body["startIndex"] = p.total, s.start
	case s.count == 0: // only the total number, and a cursor at the same place
		body["totalResults"] = p.total
		if s.cursor.Digest = s.digest; p.total > 0 {
			body["nextCursor"] = s.cursor.String()
		}
	case p.next != "":
		body["nextCursor"] = p.next
	}
	return answer{status: http.StatusOK, body: body}
}

// pick sorts a list of resources by the attribute of the search, and returns the page that the
// search asks for. The parameter all is the list, and pick sorts it in place. If the search has no
// attribute to sort by, the list must be in order of id, and pick reverses it for a descending
// order. The total of the page is the length of the list. With cursors and a count above 0, the
// page has the cursor of the next page, if there is one.
//
// Errors: tooMany if the search has an attribute to sort by and there are more than maxSorted
// resources.
func (s *search) pick(all []object) (page, error) {
	if s.sort != nil {
		if len(all) > maxSorted {
			return page{}, refuse(http.StatusBadRequest, "tooMany",
				fmt.Sprintf("More than %d resources pass the filter. Sort by userName or id, or use a narrower filter.", maxSorted))
		}
		slices.SortStableFunc(all, s.compare)
	} else if s.descending {
		slices.Reverse(all)
	}
	p := page{total: len(all)}
	skip := s.start - 1
	if s.cursors {
		skip = s.cursor.Skip
	}
	from := min(skip, len(all))
	to := min(from+s.count, len(all))
	p.resources = all[from:to]
	if s.cursors && s.count > 0 && to < len(all) {
		p.next = cursor{Digest: s.digest, Skip: to}.String()
	}
	return p, nil
}
