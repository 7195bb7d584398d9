package scim

import (
	"strings"

	filter "github.com/scim2/filter-parser/v2"
)

// projection selects the attributes that a reply shows (RFC 7644 section 3.9).
type projection struct {
	only     []target // nil: the attributes that are returned by default
	excluded []target
	t        *resourceType
}

// parseProjection converts the request parameters attributes and excludedAttributes, two lists of
// paths, to a projection. If both lists are empty, the projection shows what is returned by
// default. Errors: invalidSyntax if both lists have paths; errUnknownAttribute for a path that is
// not an attribute.
func (t *resourceType) parseProjection(attributes, excluded []string) (projection, error) {
	p := projection{t: t}
	if len(attributes) > 0 && len(excluded) > 0 {
		return p, invalidSyntax("attributes and excludedAttributes exclude each other.")
	}
	var err error
	if p.only, err = t.targets(attributes); err != nil {
		return p, err
	}
	p.excluded, err = t.targets(excluded)
	return p, err
}

// targets returns the attributes that the paths name. The identifier of an extension names the
// whole extension, and the identifier of the core schema names all attributes of that schema. For
// no paths the result is nil. Errors: errUnknownAttribute for a path that is not valid, is longer
// than maxFilter or names no attribute.
func (t *resourceType) targets(paths []string) ([]target, error) {
	var list []target
	for _, path := range paths {
		if s := t.extension(path); s != nil {
			list = append(list, target{extension: s.ID})
			continue
		}
		if strings.EqualFold(path, t.plain.ID) {
			for i := range t.plain.Attributes {
				list = append(list, target{attribute: &t.plain.Attributes[i]})
			}
			continue
		}
		if len(path) > maxFilter {
			return nil, errUnknownAttribute
		}
		parsed, err := filter.ParseAttrPath([]byte(path))
		if err != nil {
			return nil, errUnknownAttribute
		}
		found, err := t.resolve(parsed)
		if err != nil {
			return nil, err
		}
		list = append(list, found)
	}
	return list, nil
}

// wants reports whether the reply shows an attribute or at least one of its sub-attributes. a is
// the attribute, and name is its name. extension is the identifier of the extension that contains
// the attribute, or "". An attribute that is always returned is shown, and one that is never
// returned is not, whatever the request selects. Excluding a sub-attribute does not hide the
// attribute.
func (p projection) wants(extension, name string, a *attribute) bool {
	switch {
	case a.Returned == always:
		return true
	case a.Returned == never:
		return false
	}
	for _, x := range p.excluded {
		if x.extension == extension && (x.attribute == nil || x.attribute.Name == name && x.sub == nil) {
			return false
		}
	}
	if p.only == nil {
		return true
	}
	for _, x := range p.only {
		if x.extension == extension && (x.attribute == nil || x.attribute.Name == name) {
			return true
		}
	}
	return false
}

// apply removes from the resource o the attributes and sub-attributes that the reply does not show,
// and returns o. It also removes an extension that then has no attributes. If the request has no
// attributes and no excludedAttributes parameter, apply changes nothing.
func (p projection) apply(o object) object {
	if p.only == nil && p.excluded == nil {
		return o
	}
	for _, list := range [][]attribute{p.t.common, p.t.plain.Attributes} {
		p.trim(o, "", list)
	}
	for _, s := range p.t.extensions {
		inner, ok := o[s.ID].(object)
		if !ok {
			continue
		}
		if p.trim(inner, s.ID, s.Attributes); len(inner) == 0 {
			delete(o, s.ID)
		}
	}
	return o
}

func (p projection) trim(o object, extension string, list []attribute) {
	for i := range list {
		a := &list[i]
		v, ok := o[a.Name]
		switch {
		case !ok:
		case !p.wants(extension, a.Name, a):
			delete(o, a.Name)
		case a.Sub != nil && a.Returned != always:
			p.trimSub(v, extension, a)
		}
	}
}

// trimSub removes from v the sub-attributes that the reply does not show. v is the value or the
// list of values of the attribute a, which the reply must show. extension is the identifier of the
// extension that contains the attribute, or "". If the request selects only sub-attributes of the
// attribute, these stay and all others are removed. If the request selects the whole attribute, the
// whole extension, or nothing, only excluded sub-attributes are removed. trimSub skips a value that
// is not an object.
func (p projection) trimSub(v any, extension string, a *attribute) {
	keep := map[string]bool{}
	for _, x := range p.only {
		if x.extension != extension || x.attribute != nil && x.attribute.Name != a.Name {
			continue
		}
		if x.attribute == nil || x.sub == nil {
			keep = nil
			break
		}
		keep[x.sub.Name] = true
	}
	drop := map[string]bool{}
	for _, x := range p.excluded {
		if x.extension == extension && x.attribute != nil && x.attribute.Name == a.Name && x.sub != nil {
			drop[x.sub.Name] = true
		}
	}
	for _, item := range flat(v) {
		o, ok := item.(object)
		if !ok {
			continue
		}
		for name := range o {
			if p.only != nil && keep != nil && !keep[name] || drop[name] {
				delete(o, name)
			}
		}
	}
}
