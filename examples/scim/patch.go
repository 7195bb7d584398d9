package scim

import (
	"fmt"
	"net/http"
	"strings"

	filter "github.com/scim2/filter-parser/v2"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// maxOperations bounds the operations of a PATCH.
const maxOperations = 1000

// operation is one change of a PATCH (RFC 7644 section 3.5.2).
type operation struct {
	name  string // add, remove or replace
	path  *patchPath
	value *vendorhttp.Value // nil if there is none
}

// patchPath is a path of a PATCH: emails[type eq "work"].value.
type patchPath struct {
	target
	where     *condition     // nil if no filter selects values
	selection map[string]any // what the filter says by eq and "and" alone; nil if it says anything else
	whole     *schema        // the path names a whole extension
}

// readPatch reads the body of a PATCH.
func (t *resourceType) readPatch(body vendorhttp.Value) ([]operation, error) {
	if err := wantSchema(body, patchMessage); err != nil {
		return nil, err
	}
	list := member(body, "Operations")
	if list == nil || list.Kind != vendorhttp.List || len(list.Items) == 0 {
		return nil, invalidSyntax("Operations must be an array with at least one operation.")
	}
	if len(list.Items) > maxOperations {
		return nil, invalidSyntax(fmt.Sprintf("Operations has more than %d operations.", maxOperations))
	}
	var ops []operation
	for i, item := range list.Items {
		read, err := t.readOperation(item)
		if err != nil {
			return nil, at(fmt.Sprintf("Operations[%d]: ", i), err)
		}
		ops = append(ops, read...)
	}
	return ops, nil
}

// at returns a refusal with the place of what was refused before its text.
func at(place string, err error) error {
	if r, ok := err.(*refusal); ok {
		return &refusal{r.status, r.scimType, place + r.detail}
	}
	return err
}

// member returns the member of an object whose name differs in case at most, nil if there is none.
func member(o vendorhttp.Value, name string) *vendorhttp.Value {
	for i := range o.Items {
		if strings.EqualFold(o.Items[i].Name, name) {
			return &o.Items[i]
		}
	}
	return nil
}

// wantSchema refuses a message that is not an object with the schema in its schemas.
func wantSchema(body vendorhttp.Value, id string) error {
	if body.Kind != vendorhttp.Object {
		return invalidSyntax("The body must be an object.")
	}
	if list := member(body, "schemas"); list != nil && list.Kind == vendorhttp.List {
		for _, s := range list.Items {
			if strings.EqualFold(s.Text, id) {
				return nil
			}
		}
	}
	return invalidSyntax("schemas must have " + id + ".")
}

// readOperation reads one operation. Without a path it returns one operation for each member of the
// value: Okta sends objects, and Entra objects whose names are paths.
func (t *resourceType) readOperation(v vendorhttp.Value) ([]operation, error) {
	if v.Kind != vendorhttp.Object {
		return nil, invalidSyntax("must be an object.")
	}
	op := operation{value: member(v, "value")}
	if name := member(v, "op"); name != nil && name.Kind == vendorhttp.String {
		op.name = lookUp([]string{"add", "remove", "replace"}, name.Text) // Entra writes "Add"
	}
	if op.name == "" {
		return nil, invalidSyntax("op must be add, remove or replace.")
	}
	for _, item := range v.Items {
		if lookUp([]string{"op", "path", "value"}, item.Name) == "" {
			return nil, invalidSyntax("has a member that is not op, path or value.")
		}
	}
	path := member(v, "path")
	switch {
	case op.name != "remove" && op.value == nil:
		return nil, refuse(http.StatusBadRequest, "invalidValue", "value is required.")
	case path != nil && path.Kind != vendorhttp.String:
		return nil, invalidPath("path must be a string.")
	case path != nil && path.Text != "":
		p, err := t.parsePath(path.Text)
		op.path = p
		return []operation{op}, err
	case op.name == "remove":
		return nil, refuse(http.StatusBadRequest, "noTarget", "remove needs a path.")
	case op.value.Kind != vendorhttp.Object:
		return nil, invalidValue("value", "must be an object where there is no path")
	}
	var ops []operation
	for i := range op.value.Items {
		item := &op.value.Items[i]
		if strings.EqualFold(item.Name, "schemas") {
			continue
		}
		p, err := t.parsePath(item.Name)
		if err != nil {
			return nil, err
		}
		ops = append(ops, operation{name: op.name, path: p, value: item})
	}
	return ops, nil
}

// parsePath reads a path of a PATCH.
func (t *resourceType) parsePath(text string) (*patchPath, error) {
	if s := t.extension(text); s != nil {
		return &patchPath{whole: s}, nil
	}
	if len(text) > maxFilter {
		return nil, invalidPath(fmt.Sprintf("The path is longer than %d bytes.", maxFilter))
	}
	parsed, err := filter.ParsePathNumber([]byte(text))
	if err != nil {
		return nil, invalidPath("The path is not one that RFC 7644 section 3.5.2 describes.")
	}
	found, err := t.resolve(parsed.AttributePath)
	if err != nil {
		return nil, err
	}
	p := &patchPath{target: found}
	if parsed.ValueExpression != nil {
		p.where = &condition{needs: map[string]bool{}}
		if !found.attribute.Multi || found.sub != nil {
			return nil, invalidPath("The path selects values of an attribute that has one value.")
		}
		if p.where.passes, err = p.where.compile(parsed.ValueExpression, found.attribute.resolveSub); err != nil {
			return nil, err
		}
		p.selection = selection(parsed.ValueExpression, found.attribute)
	}
	if name := parsed.SubAttributeName(); name != "" {
		if p.sub = find(found.attribute.Sub, name); p.sub == nil {
			return nil, errUnknownAttribute
		}
	}
	return p, nil
}

// selection returns the sub-attributes that a filter fixes by eq and "and" alone, nil if it says
// anything else: a value that is added for such a filter has them.
func selection(e filter.Expression, a *attribute) map[string]any {
	switch e := e.(type) {
	case *filter.AttributeExpression:
		sub := find(a.Sub, e.AttributePath.AttributeName)
		if e.Operator != filter.EQ || sub == nil {
			return nil
		}
		if text, ok := e.CompareValue.(string); ok && sub.Type != typeBoolean {
			return map[string]any{sub.Name: text}
		}
		return map[string]any{} // a flag that only the server sets, such as primary
	case *filter.LogicalExpression:
		left, right := selection(e.Left, a), selection(e.Right, a)
		if e.Operator != filter.AND || left == nil || right == nil {
			return nil
		}
		for name, value := range right {
			left[name] = value
		}
		return left
	}
	return nil
}

// apply does the operations of a PATCH to a resource, in their order.
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

// refuseReadOnly refuses to change what only the server sets, unless it has the value already.
func (op *operation) refuseReadOnly(resource object) error {
	if op.name != "remove" && op.path.where == nil {
		value, err := op.path.last().read(*op.value, op.path.String(), true)
		if now := op.path.values(resource); err == nil && len(now) == 1 && equal(now[0], value) {
			return nil
		}
	}
	return refuse(http.StatusBadRequest, "mutability", op.path.String()+" is read-only.")
}

// applyExtension does an operation whose path is the identifier of an extension.
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

// applyWhole does an operation on an attribute as a whole.
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
		for name, v := range value.(object) {
			merged[name] = v
		}
		holder[a.Name] = merged
	case value == nil:
		delete(holder, a.Name)
	default:
		holder[a.Name] = value
	}
	return nil
}

// matchesAny reports whether one of the values has everything that v has: values are compared by
// what a client can set, and "display" is the server's.
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

// put sets a list, or removes the attribute if the list is empty.
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

// applyWithin does an operation on values that a filter selects, or on a sub-attribute.
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
	case op.name == "remove":
		return nil
	case op.name == "replace" || p.selection == nil:
		return refuse(http.StatusBadRequest, "noTarget", p.String()+": no value passes the filter.")
	default: // Entra sets emails[type eq "work"].value of a user without e-mail address
		value := object{}
		for name, v := range p.selection {
			value[name] = v
		}
		made, err := op.applyToValue(value)
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

// applyToValue returns a value of a multi-valued attribute after the operation, nil if it is gone.
func (op *operation) applyToValue(v any) (any, error) {
	p := op.path
	if p.sub == nil {
		if op.name == "remove" {
			return nil, nil
		}
		value, err := p.attribute.readOne(*op.value, p.String(), true)
		if o, ok := value.(object); ok && op.name == "add" && err == nil {
			merged := clone(valueObject(v)).(object)
			for name, item := range o {
				merged[name] = item
			}
			return merged, nil
		}
		return value, err
	}
	o, ok := clone(v).(object)
	if !ok {
		return nil, invalidPath(p.String() + " has no sub-attributes.")
	}
	if op.name == "remove" {
		delete(o, p.sub.Name)
	} else {
		value, err := p.sub.read(*op.value, p.String(), true)
		if err != nil {
			return nil, err
		}
		if value == nil {
			delete(o, p.sub.Name)
		} else {
			o[p.sub.Name] = value
		}
	}
	if o["value"] == nil && find(p.attribute.Sub, "value") != nil {
		return nil, nil // a value without a value is none
	}
	return o, nil
}

// applySub does an operation on a sub-attribute of an attribute with one value.
func (op *operation) applySub(holder object) error {
	p, a := op.path, op.path.attribute
	o, _ := clone(holder[a.Name]).(object)
	if o == nil {
		o = object{}
	}
	var value any
	if op.name != "remove" {
		var err error
		if value, err = p.sub.read(*op.value, p.String(), true); err != nil {
			return err
		}
	}
	if value == nil {
		delete(o, p.sub.Name)
	} else {
		o[p.sub.Name] = value
	}
	if len(o) == 0 {
		delete(holder, a.Name)
		return nil
	}
	holder[a.Name] = o
	return nil
}
