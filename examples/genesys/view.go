package genesys

import (
	"strings"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// view has the parameters of a read: what to show, and which users.
type view struct {
	objects      bool // the users themselves, not their URIs
	fields       fieldSet
	subresources bool
	filters      []filter
	refs         refs
}

// filter selects the users with a value in a field: "<fieldName>=<value>".
type filter struct {
	field *field
	text  string
	flag  bool
}

// readView reads the query of a request that reads users. It returns the fields to show, and the
// filters of a list. If the query names no fields, all fields are shown. If the parameter filters
// is true, the request is for a list: the query may have filters, and the list shows URIs unless
// the query names fields or subresources. Errors: a *validate.Error with all problems of the query;
// an error of the policy if the caller may not read an attribute that the query names.
func (c *call) readView(filters bool) (*view, error) {
	in := c.query
	v := &c.view
	*v = view{objects: !filters, fields: allFields}
	if _, ok := in.Checked(validate.Strict, "subresources"); ok {
		v.objects, v.subresources = true, true
	}
	var named user.Attributes
	before := in.Problems().Len()
	if text, ok := in.Checked(validate.Strict, "fields"); ok {
		v.objects = true
		if in.Problems().Len() == before && text != "*" {
			v.fields, named = c.readFields(text, v.subresources)
		}
	}
	if filters {
		for i := range fields {
			c.readFilter(v, &fields[i])
		}
	}
	in.Unknown()
	if err := in.Err(); err != nil || named == 0 {
		return v, err
	}
	return v, c.policy.Check(c.request.Context(), permission.Request{
		Account: c.AccountID(), Action: permission.UserRead, Actor: permission.ActorOf(c.caller), Attributes: named,
	})
}

// readFields returns the fields in a list of names, and their attributes. The policy must allow
// reading each attribute.
func (c *call) readFields(text string, subresources bool) (set fieldSet, named user.Attributes) {
	for name := range strings.SplitSeq(text, ",") {
		attributes, isAttribute := attributesOf(c.policy, name)
		named = named.With(attributes)
		i, ok := fieldByName(name)
		switch {
		case ok:
			set |= 1 << i
		case !isAttribute, (name == "skills" || name == "devices") && !subresources: // "subresources=* must be specified"
			c.query.UnknownValue("fields", name)
		}
	}
	return set, named
}

// attributesOf returns the attributes with a name in the policy's table.
func attributesOf(p *permission.Policy, name string) (user.Attributes, bool) {
	for _, row := range p.Spec().Attributes {
		if row.Name == name {
			return row.Attributes, true
		}
	}
	return 0, false
}

func (c *call) readFilter(v *view, f *field) {
	in, found := c.query, filter{field: f}
	var ok bool
	if f.flag != nil {
		found.flag, ok = in.Bool(f.name)
	} else {
		before := in.Problems().Len()
		found.text, ok = in.Checked(validate.Documented, f.name)
		ok = ok && in.Problems().Len() == before
	}
	if ok {
		v.filters = append(v.filters, found)
	}
}

// wants reports whether the user matches every filter.
func (v *view) wants(c *call, u *user.User) bool {
	for i := range v.filters {
		if !v.filters[i].passes(c, u) {
			return false
		}
	}
	return true
}

func (f *filter) passes(c *call, u *user.User) bool {
	switch {
	case f.field.flag != nil:
		return f.field.flag(u) == f.flag
	case f.field.roles:
		role, ok := roleByName(f.text)
		return ok && u.Access.Roles.Has(role)
	}
	return f.field.text(c, u) == f.text
}
