package scim

import (
	"errors"
	"maps"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// userObject returns the user u as a SCIM resource. v contains the base of URIs and the names of
// groups. If selected is nil, the resource contains every attribute and extension that has a value.
// Otherwise it contains those that have the value true in selected, by the name of the attribute or
// the URI of the extension; "schemas" selects every extension. The attribute schemas is always
// there, and lists the core schema and the extensions in the resource.
func (t *resourceType) userObject(v *view, u *user.User, selected map[string]bool) object {
	o := object{}
	fill(o, t.common, v, u, selected)
	fill(o, t.plain.Attributes, v, u, selected)
	schemas := []any{t.plain.ID}
	for _, s := range t.extensions {
		if selected != nil && !selected[s.ID] && !selected["schemas"] {
			continue
		}
		extension := object{}
		if fill(extension, s.Attributes, v, u, nil); len(extension) > 0 {
			o[s.ID] = extension
			schemas = append(schemas, s.ID)
		}
	}
	o["schemas"] = schemas
	return o
}

// fill sets in the object into the attributes of list for which the user u has a value. If selected
// is not nil, fill sets only the attributes whose name has the value true in selected.
func fill(into object, list []attribute, v *view, u *user.User, selected map[string]bool) {
	for i := range list {
		a := &list[i]
		if a.get == nil || selected != nil && !selected[a.Name] {
			continue
		}
		if value := a.get(v, u); value != nil {
			into[a.Name] = value
		}
	}
}

// readResource reads the body of a POST or PUT into a resource of this type. It ignores read-only
// attributes, as sections 3.3 and 3.5.1 of RFC 7644 require, and attributes that the server does
// not store. It does not check that required attributes are present.
//
// Errors: invalidSyntax if the body is not an object whose schemas contain the core schema, and for
// an unknown or repeated attribute; invalidValue for a value of a wrong type.
func (t *resourceType) readResource(body vendorhttp.Value) (object, error) {
	if err := wantSchema(body, t.plain.ID); err != nil {
		return nil, err
	}
	o := object{}
	for _, item := range body.Items {
		if s := t.extension(item.Name); s != nil {
			if _, twice := o[s.ID]; twice {
				return nil, invalidSyntax(s.ID + " is there twice.")
			}
			inner, err := readMembers(item, s.ID+":", func(name string) *attribute { return find(s.Attributes, name) })
			if err != nil {
				return nil, err
			}
			o[s.ID] = inner
			continue
		}
		if err := readMember(o, item, "", t.top); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func readMembers(v vendorhttp.Value, prefix string, find func(string) *attribute) (object, error) {
	if v.Kind != vendorhttp.Object {
		return nil, invalidValue(prefix[:len(prefix)-1], "must be an object")
	}
	o := object{}
	for _, item := range v.Items {
		if err := readMember(o, item, prefix, find); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// readMember reads item, one member of a resource or extension in a request, and sets its value in
// o. The key in o is the name that the schema has for the attribute. The function find returns the
// attribute for the name of the member. The text prefix is put before the name in errors.
// readMember skips "schemas", read-only attributes, attributes that the server does not store, and
// empty values.
//
// Errors: invalidSyntax for an unknown attribute or one that o already has; those of
// attribute.read.
func readMember(o object, item vendorhttp.Value, prefix string, find func(string) *attribute) error {
	a := find(item.Name)
	if a == nil {
		return invalidSyntax("The resource has an attribute that is not in its schema.")
	}
	if a.Mutability == readOnly || a.unkept || a.Name == "schemas" {
		return nil
	}
	if _, twice := o[a.Name]; twice {
		return invalidSyntax(prefix + a.Name + " is there twice.")
	}
	value, err := a.read(item, prefix+a.Name, false)
	if err == nil && value != nil {
		o[a.Name] = value
	}
	return err
}

// change returns a patch of the user u with the attributes that differ between two resources:
// before, the resource of u before a PUT or PATCH, and after, the resource that replaces it. An
// attribute that after does not have is cleared, or gets its default if withDefaults has one. The
// second result is the password in after, or the zero Password if there is none.
//
// Errors: a value that cannot be stored. Each schema reports its first such value, and the errors
// of the schemas are joined.
func (t *resourceType) change(before object, u user.User, after object) (user.Patch, roster.Password, error) {
	next := u
	var named user.Attributes
	set := func(list []attribute, before, after object) error {
		for i := range list {
			a := &list[i]
			if a.set == nil || equal(before[a.Name], after[a.Name]) {
				continue
			}
			if err := a.set(&next, after[a.Name]); err != nil {
				return err
			}
			named = named.With(user.AttributesOf(a.model...))
		}
		return nil
	}
	err := errors.Join(set(t.common, before, after), set(t.plain.Attributes, before, after))
	for _, s := range t.extensions {
		was, _ := before[s.ID].(object)
		will, _ := after[s.ID].(object)
		if s.ID == RosterSchema {
			will = withDefaults(will)
		}
		err = errors.Join(err, set(s.Attributes, was, will))
	}
	if err != nil {
		return user.Patch{}, roster.Password{}, err
	}
	patch := user.Replacement(next).Keeping(user.AllAttributes().Without(named))
	if named.Has(user.AttrRoles) {
		patch.Roles = user.Set(next.Access.Roles)
	}
	text, _ := after["password"].(string)
	return patch, roster.PasswordOf(text), nil
}

// withDefaults returns a copy of the roster extension o in which the attributes kind, maxChats,
// apiUser, changePasswordNextLogin and parentAccounting have their default values if o does not
// have them. These attributes always have a value, so a replacement cannot clear them. o may be
// nil.
func withDefaults(o object) object {
	full := object{"kind": user.Human.String(), "maxChats": int64(0), "apiUser": false, "changePasswordNextLogin": false, "parentAccounting": false}
	maps.Copy(full, o)
	return full
}
