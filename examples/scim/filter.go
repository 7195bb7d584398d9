package scim

import (
	"fmt"
	"regexp"
	"strings"

	filter "github.com/scim2/filter-parser/v2"
)

// maxFilter is the greatest length in bytes of a filter and of a path.
const maxFilter = 4096

// predicate reports whether a resource, or a value of a multi-valued attribute, matches a filter.
type predicate func(object) bool

// condition is a filter whose attributes all exist.
type condition struct {
	expression filter.Expression
	passes     predicate
	needs      map[string]bool // the names of the attributes and extensions in the filter
}

// selected matches emails[type eq "work"].value eq "ann@example.com". Entra looks up users by such
// filters, although the grammar of RFC 7644 does not have them. The meaning is emails[type eq
// "work" and value eq ...].
var selected = regexp.MustCompile(`^([^"\[\]]+)\[([A-Za-z]+ eq "[^"]*")\]\.([A-Za-z$]+ .+)$`)

// parseFilter parses the text of a filter (RFC 7644 section 3.4.2.2) for resources of this type. It
// returns a condition: a predicate that tests a resource, and the attributes that the predicate
// needs. It also accepts the form emails[type eq "work"].value eq "ann@example.com", which Entra
// sends.
//
// Errors: invalidFilter for a text that is longer than maxFilter, for a syntax error, and for an
// attribute that the resource type does not have; others of compile, for example for a value that
// does not fit its attribute.
func (t *resourceType) parseFilter(text string) (*condition, error) {
	if len(text) > maxFilter {
		return nil, invalidFilter(fmt.Sprintf("The filter is longer than %d bytes.", maxFilter))
	}
	expression, err := filter.ParseFilterNumber([]byte(text))
	if m := selected.FindStringSubmatch(text); m != nil && err != nil {
		expression, err = filter.ParseFilterNumber([]byte(m[1] + "[" + m[2] + " and " + m[3] + "]"))
	}
	if err != nil {
		return nil, invalidFilter("The filter is not one that RFC 7644 section 3.4.2.2 describes.")
	}
	if err := unescape(expression); err != nil {
		return nil, err
	}
	c := &condition{expression: expression, needs: map[string]bool{}}
	c.passes, err = c.compile(expression, t.resolve)
	return c, err
}

// target is an attribute, or a sub-attribute, of a resource.
type target struct {
	extension string     // the identifier of the extension that has the attribute, "" for none
	attribute *attribute // the top attribute
	sub       *attribute // nil for the attribute itself
}

// last returns the sub-attribute, or the attribute if t has no sub-attribute.
func (t target) last() *attribute {
	if t.sub != nil {
		return t.sub
	}
	return t.attribute
}

// key returns the name of the member of a resource in which the attribute is: the identifier of its
// extension, or its own name.
func (t target) key() string {
	if t.extension != "" {
		return t.extension
	}
	return t.attribute.Name
}

// String implements fmt.Stringer. It returns the path of the attribute in the spelling of the
// schema, such as "emails.value". The path of an attribute of an extension begins with the
// identifier of the extension and a colon.
func (t target) String() string {
	name := t.attribute.Name
	if t.extension != "" {
		name = t.extension + ":" + name
	}
	if t.sub != nil {
		name += "." + t.sub.Name
	}
	return name
}

// values returns all values that the resource o has for the attribute t, or for the sub-attribute
// if t has one. For a multi-valued attribute it returns the values of all elements. It returns nil
// if o has no value.
func (t target) values(o object) []any {
	if t.extension != "" {
		o, _ = o[t.extension].(object)
	}
	v := o[t.attribute.Name]
	if t.sub == nil {
		return flat(v)
	}
	var list []any
	for _, item := range flat(v) {
		if complex, ok := item.(object); ok {
			list = append(list, flat(complex[t.sub.Name])...)
		}
	}
	return list
}

// flat returns the values in v, the value of an attribute: the elements of a list, nil for nil, and
// v alone for any other value.
func flat(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// resolver finds the attribute that a path names.
type resolver func(filter.AttributePath) (target, error)

// resolve returns the attribute, or the sub-attribute, that the path p names in resources of this
// type. A path may begin with the identifier of the core schema or of an extension. Names are
// compared without regard to case. Errors: errUnknownAttribute if there is no such schema,
// attribute or sub-attribute.
func (t *resourceType) resolve(p filter.AttributePath) (target, error) {
	var found target
	switch uri := p.URI(); {
	case uri == "" || strings.EqualFold(uri, t.plain.ID):
		found.attribute = t.top(p.AttributeName)
	case t.extension(uri) != nil:
		s := t.extension(uri)
		found.extension, found.attribute = s.ID, find(s.Attributes, p.AttributeName)
	}
	if found.attribute == nil {
		return target{}, errUnknownAttribute
	}
	if name := p.SubAttributeName(); name != "" {
		if found.sub = find(found.attribute.Sub, name); found.sub == nil {
			return target{}, errUnknownAttribute
		}
	}
	return found, nil
}

// errUnknownAttribute does not contain the name of the attribute, because the name may be a secret.
var errUnknownAttribute = invalidPath("There is no such attribute.")

// resolveSub returns the sub-attribute of the attribute a that a name in the brackets of a filter
// means, for example type in emails[type eq "work"]. The path p contains the name. If a has no
// sub-attributes, the name "value" means the value of a itself. Errors: errUnknownAttribute if a
// has no such sub-attribute, or if p contains a schema or a second name.
func (a *attribute) resolveSub(p filter.AttributePath) (target, error) {
	if p.URI() != "" || p.SubAttributeName() != "" {
		return target{}, errUnknownAttribute
	}
	if len(a.Sub) == 0 && strings.EqualFold(p.AttributeName, "value") {
		plain := *a // the values of an attribute without sub-attributes are named "value"
		plain.Name = "value"
		return target{attribute: &plain}, nil
	}
	sub := find(a.Sub, p.AttributeName)
	if sub == nil {
		return target{}, errUnknownAttribute
	}
	return target{attribute: sub}, nil
}

// compile returns a predicate that is true for the resources that match the expression e. It adds
// the attributes that the predicate needs to c.needs. resolve finds an attribute by its path.
// Errors: those of compileComparison and compileValuePath.
func (c *condition) compile(e filter.Expression, resolve resolver) (predicate, error) {
	switch e := e.(type) {
	case *filter.LogicalExpression:
		left, err := c.compile(e.Left, resolve)
		if err != nil {
			return nil, err
		}
		right, err := c.compile(e.Right, resolve)
		if err != nil {
			return nil, err
		}
		if e.Operator == filter.AND {
			return func(o object) bool { return left(o) && right(o) }, nil
		}
		return func(o object) bool { return left(o) || right(o) }, nil
	case *filter.NotExpression:
		inner, err := c.compile(e.Expression, resolve)
		if err != nil {
			return nil, err
		}
		return func(o object) bool { return !inner(o) }, nil
	case *filter.ValuePath:
		return c.compileValuePath(e, resolve)
	case *filter.AttributeExpression:
		return c.compileComparison(e, resolve)
	}
	return nil, invalidFilter("The filter is not one that RFC 7644 section 3.4.2.2 describes.")
}

// compileValuePath returns a predicate for a filter such as emails[type eq "work"], and records the
// attribute in c.needs. The predicate is true if at least one value of the attribute matches the
// filter in the brackets. resolve finds the attribute before the brackets by its path. Errors:
// invalidFilter for an unknown attribute; those of compile for the filter in the brackets.
func (c *condition) compileValuePath(e *filter.ValuePath, resolve resolver) (predicate, error) {
	at, err := resolve(e.AttributePath)
	if err != nil {
		return nil, asFilterError(err)
	}
	c.needs[at.key()] = true
	passes, err := (&condition{needs: map[string]bool{}}).compile(e.ValueFilter, at.last().resolveSub)
	if err != nil {
		return nil, err
	}
	return func(o object) bool {
		for _, v := range at.values(o) {
			if passes(valueObject(v)) {
				return true
			}
		}
		return false
	}, nil
}

// valueObject returns v, one value of a multi-valued attribute, as an object. A value without
// sub-attributes becomes an object with the member "value".
func valueObject(v any) object {
	if o, ok := v.(object); ok {
		return o
	}
	return object{"value": v}
}

func asFilterError(err error) error {
	if r, ok := err.(*refusal); ok && r.scimType == "invalidPath" {
		return invalidFilter("The filter names an attribute that the resource does not have.")
	}
	return err
}

// compileComparison returns a predicate for the comparison e, such as userName eq "ann", and adds
// the attribute to c.needs. resolve finds the attribute by its path. The predicate is true for a
// resource:
//
//   - with the operator pr ("present") or ne null: if the attribute has a value
//   - with eq null: if the attribute has no value
//   - with any other ne: if no value of the attribute equals the given value
//   - with any other operator: if at least one value of the attribute matches
//
// A complex attribute is compared by its sub-attribute "value", except with pr.
//
// Errors: invalidFilter for an unknown attribute, one that is never returned, a complex one without
// "value", and for an operator or value that does not fit the attribute; others of resolve.
func (c *condition) compileComparison(e *filter.AttributeExpression, resolve resolver) (predicate, error) {
	at, err := resolve(e.AttributePath)
	if err != nil {
		return nil, asFilterError(err)
	}
	c.needs[at.key()] = true
	a := at.last()
	if a.Returned == never {
		return nil, invalidFilter("The filter names an attribute that is never returned.")
	}
	if e.Operator == filter.PR {
		return func(o object) bool { return len(at.values(o)) > 0 }, nil
	}
	if a.Type == typeComplex && at.sub == nil {
		value := find(a.Sub, "value")
		if value == nil {
			return nil, invalidFilter("The filter compares " + at.String() + ", which has no value of its own.")
		}
		at.sub, a = value, value
	}
	if e.CompareValue == nil { // eq null means "not present"
		switch e.Operator {
		case filter.EQ:
			return func(o object) bool { return len(at.values(o)) == 0 }, nil
		case filter.NE:
			return func(o object) bool { return len(at.values(o)) > 0 }, nil
		}
		return nil, invalidFilter("The filter compares the order of null.")
	}
	matches, err := a.comparison(e.Operator, e.CompareValue)
	if err != nil {
		return nil, err
	}
	if e.Operator == filter.NE { // no value equals it
		return func(o object) bool { return !anyOf(at.values(o), matches) }, nil
	}
	return func(o object) bool { return anyOf(at.values(o), matches) }, nil
}

func anyOf(list []any, matches func(any) bool) bool {
	for _, v := range list {
		if matches(v) {
			return true
		}
	}
	return false
}
