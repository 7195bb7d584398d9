package scim

import (
	"maps"
	"net/http"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// complete returns an error with the status 400 ("mutability") if a required attribute is missing
// in the resource after a PATCH.
func (t *resourceType) complete(resource object) error {
	for i := range t.plain.Attributes {
		if a := &t.plain.Attributes[i]; a.Required && resource[a.Name] == nil {
			return refuse(http.StatusBadRequest, "mutability", a.Name+" is required.")
		}
	}
	return nil
}

// apply applies the operations of a PATCH to a resource, in order.
func apply(resource object, ops []operation) error {
	for _, op := range ops {
		if err := op.apply(resource); err != nil {
			return err
		}
	}
	return nil
}

func (op *operation) apply(resource object) error {
	p := op.path
	if p.whole != nil {
		return op.applyExtension(resource)
	}
	if p.attribute.unkept || p.sub != nil && p.sub.unkept {
		return nil
	}
	if p.attribute.Mutability == readOnly || p.sub != nil && p.sub.Mutability == readOnly {
		return op.refuseReadOnly(resource)
	}
	holder := resource
	if p.extension != "" {
		holder, _ = resource[p.extension].(object)
		if holder == nil {
			holder = object{}
			resource[p.extension] = holder
		}
	}
	if p.where != nil || p.sub != nil {
		return op.applyWithin(holder)
	}
	return op.applyWhole(holder)
}

// refuseReadOnly returns an error with the status 400 ("mutability") for an operation on a
// read-only attribute. It returns nil if the operation sets the value that the attribute already
// has.
func (op *operation) refuseReadOnly(resource object) error {
	if op.name != "remove" && op.path.where == nil {
		value, err := op.path.last().read(*op.value, op.path.String(), true)
		if now := op.path.values(resource); err == nil && len(now) == 1 && equal(now[0], value) {
			return nil
		}
	}
	return refuse(http.StatusBadRequest, "mutability", op.path.String()+" is read-only.")
}

// applyExtension applies the operation to a whole extension of the resource, because the path of
// the operation is the identifier of the extension. A remove deletes the extension. For add and
// replace the value must be an object, and applyExtension applies each member of the value to the
// attribute with the name of the member. Other attributes of the extension stay as they are.
//
// Errors: invalidValue if the value is not an object; errUnknownAttribute if the extension has no
// attribute with the name of a member; those of apply. After an error a part of the members may be
// applied.
func (op *operation) applyExtension(resource object) error {
	s := op.path.whole
	if op.name == "remove" {
		delete(resource, s.ID)
		return nil
	}
	if op.value.Kind != vendorhttp.Object {
		return invalidValue(s.ID, "must be an object")
	}
	for i := range op.value.Items {
		item := &op.value.Items[i]
		a := find(s.Attributes, item.Name)
		if a == nil {
			return errUnknownAttribute
		}
		inner := operation{name: op.name, path: &patchPath{target: target{extension: s.ID, attribute: a}}, value: item}
		if err := inner.apply(resource); err != nil {
			return err
		}
	}
	return nil
}

// applyWhole applies the operation to a whole attribute: the path has no filter and no
// sub-attribute. holder is the resource or the extension that contains the attribute.
//
//   - add and replace set a single-valued attribute. For a complex one they set only the given
//     sub-attributes.
//   - add appends to a multi-valued attribute the given values that match none of its values.
//   - replace sets a multi-valued attribute to the given values.
//   - remove with a value, which Entra sends for members, removes the matching values of a
//     multi-valued attribute. Any other remove deletes the attribute.
//
// A replace with an empty value, such as null, deletes the attribute, and so does an add to a
// single-valued attribute. Two objects match if all sub-attributes of one are in the other; other
// values match if they are equal. Errors: those of attribute.read.
func (op *operation) applyWhole(holder object) error {
	a := op.path.attribute
	var value any
	if op.value != nil {
		var err error
		if value, err = a.read(*op.value, op.path.String(), true); err != nil {
			return err
		}
	}
	now := holder[a.Name]
	switch {
	case op.name == "remove" && a.Multi && value != nil: // Entra removes members by value
		put(holder, a, without(flat(now), func(v any) bool { return matchesAny(flat(value), v) }))
	case op.name == "remove":
		delete(holder, a.Name)
	case op.name == "add" && a.Multi:
		list := flat(now)
		for _, v := range flat(value) {
			if !matchesAny(list, v) {
				list = append(list[:len(list):len(list)], v)
			}
		}
		put(holder, a, list)
	case a.Type == typeComplex && !a.Multi && value != nil:
		merged, _ := clone(now).(object)
		if merged == nil {
			merged = object{}
		}
		maps.Copy(merged, value.(object))
		holder[a.Name] = merged
	case value == nil:
		delete(holder, a.Name)
	default:
		holder[a.Name] = value
	}
	return nil
}

// matchesAny reports whether v matches one of the values in list. Two objects match if all
// sub-attributes of one are in the other, because a client may leave out those that only the server
// sets, such as "display". Other values match if they are equal.
func matchesAny(list []any, v any) bool {
	for _, other := range list {
		if covers(other, v) || covers(v, other) {
			return true
		}
	}
	return false
}

func covers(v, part any) bool {
	o, isObject := v.(object)
	p, _ := part.(object)
	if !isObject || p == nil {
		return equal(v, part)
	}
	if value, ok := p["value"]; ok && !equal(o["value"], value) {
		return false
	}
	for name, value := range p {
		if !equal(o[name], value) {
			return false
		}
	}
	return true
}

// put sets the attribute a in holder to the list, or deletes the attribute if the list is empty.
func put(holder object, a *attribute, list []any) {
	if len(list) == 0 {
		delete(holder, a.Name)
		return
	}
	holder[a.Name] = list
}

func without(list []any, drop func(any) bool) []any {
	var rest []any
	for _, v := range list {
		if !drop(v) {
			rest = append(rest, v)
		}
	}
	return rest
}

// applyWithin applies the operation to a part of an attribute: to the values that the filter of the
// path selects, to a sub-attribute, or to both. holder is the resource or the extension that
// contains the attribute. Without a filter, all values are selected.
//
// If no value is selected:
//
//   - A remove changes nothing. No operation changes anything if the filter is for a type that the
//     server does not store.
//   - A replace returns noTarget.
//   - An add creates a value that has the sub-attributes in the filter. It returns noTarget
//     without a filter, or if the filter has anything except eq and "and".
//
// Other errors: those of applySub for an attribute with a single value; those of applyToValue for a
// multi-valued attribute.
func (op *operation) applyWithin(holder object) error {
	p, a := op.path, op.path.attribute
	if !a.Multi {
		return op.applySub(holder)
	}
	list, found := flat(holder[a.Name]), false
	var next []any
	for _, v := range list {
		if p.where != nil && !p.where.passes(valueObject(v)) {
			next = append(next, v)
			continue
		}
		found = true
		changed, err := op.applyToValue(v)
		if err != nil {
			return err
		}
		if changed != nil {
			next = append(next, changed)
		}
	}
	switch {
	case found:
	case op.name == "remove" || p.selectsUnkept():
		return nil
	case op.name == "replace" || p.selection == nil:
		return refuse(http.StatusBadRequest, "noTarget", p.String()+": no value passes the filter.")
	default: // Entra sets emails[type eq "work"].value of a user without an e-mail address
		made, err := op.applyToValue(maps.Clone(p.selection))
		if err != nil {
			return err
		}
		if made != nil {
			next = append(next, made)
		}
	}
	put(holder, a, next)
	return nil
}

// selectsUnkept reports whether the filter of the path selects values of a type that the server
// does not store, such as phoneNumbers[type eq "fax"]. It returns false if the path has no filter,
// if the filter has anything except eq and "and", if the filter does not compare the type, or if
// the schema does not list the types of the attribute.
func (p *patchPath) selectsUnkept() bool {
	typ, ok := p.selection["type"].(string)
	if !ok {
		return false
	}
	kept := find(p.attribute.Sub, "type").CanonicalValues
	return len(kept) > 0 && lookUp(kept, typ) == ""
}

// applyToValue applies the operation to v, one value of a multi-valued attribute, and returns the
// new value, or nil to remove the value. It does not change v. If the path has a sub-attribute,
// applyToValue sets or deletes it; the result is nil if the attribute has a sub-attribute "value"
// and the new value has none. If the path has no sub-attribute, the result is that of newValue.
// Errors: invalidPath if v has no sub-attributes but the path has one; those of setSub and
// newValue.
func (op *operation) applyToValue(v any) (any, error) {
	p := op.path
	if p.sub == nil {
		return op.newValue(v)
	}
	o, ok := clone(v).(object)
	if !ok {
		return nil, invalidPath(p.String() + " has no sub-attributes.")
	}
	if err := op.setSub(o); err != nil {
		return nil, err
	}
	if o["value"] == nil && find(p.attribute.Sub, "value") != nil {
		return nil, nil // without "value" there is no value
	}
	return o, nil
}

// newValue returns the value that replaces v, one value of a multi-valued attribute, if the path
// has no sub-attribute. For a remove, and for an empty value such as null, it returns nil. For an
// add to a complex attribute it returns a copy of v with the given sub-attributes. In any other
// case it returns the operation's value. Errors: those of attribute.readOne.
func (op *operation) newValue(v any) (any, error) {
	if op.name == "remove" || op.value.Kind == vendorhttp.Null {
		return nil, nil
	}
	value, err := op.path.attribute.readOne(*op.value, op.path.String(), true)
	if o, ok := value.(object); ok && op.name == "add" && err == nil {
		merged := clone(valueObject(v)).(object)
		maps.Copy(merged, o)
		return merged, nil
	}
	return value, err
}

// applySub applies the operation to a sub-attribute of an attribute with a single value, such as
// name.givenName. holder is the resource or the extension that contains the attribute. If the
// attribute then has no sub-attribute, applySub deletes the attribute. Errors: those of
// attribute.read for the operation's value.
func (op *operation) applySub(holder object) error {
	a := op.path.attribute
	o, _ := clone(holder[a.Name]).(object)
	if o == nil {
		o = object{}
	}
	if err := op.setSub(o); err != nil {
		return err
	}
	if len(o) == 0 {
		delete(holder, a.Name)
		return nil
	}
	holder[a.Name] = o
	return nil
}

// setSub sets one sub-attribute in o, a complex value: the sub-attribute that the path names gets
// the operation's value. A remove and an empty value, such as null, delete the sub-attribute.
// Errors: those of attribute.read.
func (op *operation) setSub(o object) error {
	sub := op.path.sub
	var value any
	if op.name != "remove" {
		var err error
		if value, err = sub.read(*op.value, op.path.String(), true); err != nil {
			return err
		}
	}
	if value == nil {
		delete(o, sub.Name)
	} else {
		o[sub.Name] = value
	}
	return nil
}
