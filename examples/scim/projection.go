package scim

import (
	"strings"

	filter "github.com/scim2/filter-parser/v2"
)

// projection selects the attributes that a reply shows (RFC 7644 section 3.9).
type projection struct {
	only     []target // nil: all that are returned by default
	excluded []target
	t        *resourceType
}

// parseProjection reads the parameters attributes and excludedAttributes, lists of paths.
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

// targets reads a list of paths of attributes. The identifier of an extension names all of it.
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

// wants reports whether the reply shows an attribute or a part of it.
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

// apply removes from a resource what the reply does not show.
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

// trimSub removes the sub-attributes that the reply does not show.
func (p projection) trimSub(v any, extension string, a *attribute) {
	keep := map[string]bool{}
	for _, x := range p.only {
		if x.extension != extension || x.attribute == nil || x.attribute.Name != a.Name {
			continue
		}
		if x.sub == nil {
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
