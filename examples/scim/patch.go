package scim

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	filter "github.com/scim2/filter-parser/v2"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// maxOperations is the greatest number of operations of a PATCH.
const maxOperations = 1000

// operation is one change of a PATCH (RFC 7644 section 3.5.2).
type operation struct {
	name  string // add, remove or replace
	path  *patchPath
	value *vendorhttp.Value // nil if the operation has no value
}

// patchPath is a path in a PATCH, such as emails[type eq "work"].value.
type patchPath struct {
	target
	where     *condition // nil if no filter selects values
	selection object     // the values that the filter requires; nil if it has anything except eq and "and"
	whole     *schema    // the extension, if the path is that of an extension
}

// readPatch reads the body of a PATCH and returns its operations in order. An operation without a
// path becomes one operation for each member of its value, except the member "schemas". readPatch
// changes no resource.
//
// Errors: invalidSyntax for a body that is not a PatchOp message, that has no operation, or that
// has more than maxOperations operations; those of readOperation. The text of an error of
// readOperation begins with the index of the operation.
func (t *resourceType) readPatch(body vendorhttp.Value) ([]operation, error) {
	if err := wantMessage(body, patchMessage, "Operations"); err != nil {
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

// at puts the text place before the text of the refusal err. It returns any other error unchanged.
func at(place string, err error) error {
	if r, ok := err.(*refusal); ok {
		return &refusal{r.status, r.scimType, place + r.detail}
	}
	return err
}

// member returns the first member of the object o that has the name, compared without regard to
// case. It returns nil if there is none.
func member(o vendorhttp.Value, name string) *vendorhttp.Value {
	for i := range o.Items {
		if strings.EqualFold(o.Items[i].Name, name) {
			return &o.Items[i]
		}
	}
	return nil
}

// wantSchema checks that the body is an object with the list "schemas", and that the list contains
// id. Names and id are compared without regard to case. Errors: invalidSyntax for any other body.
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

// wantMessage checks the form of a SCIM message. The body must be an object, and its member
// "schemas" must contain id. It may have no members except "schemas" and those named in members.
// Names are compared without regard to case. Errors: invalidSyntax for any other body.
func wantMessage(body vendorhttp.Value, id string, members ...string) error {
	if err := wantSchema(body, id); err != nil {
		return err
	}
	for _, item := range body.Items {
		if lookUp(members, item.Name) == "" && !strings.EqualFold(item.Name, "schemas") {
			return invalidSyntax("The body has a member that the schema " + id + " does not have.")
		}
	}
	return nil
}

// readOperation reads v, one element of Operations, and returns its operations. With a path there
// is one operation. Without a path, or with an empty one, the value must be an object. Then there
// is one operation for each member of the value except schemas, and the name of the member is the
// path. Okta sends attributes by name, and Entra sends objects whose names are paths.
//
// Errors: invalidSyntax if v is not an object, if op is not add, remove or replace (in any case of
// letters), or for an unknown member; noTarget if remove has no path; invalidValue if add or
// replace has no value, or has no path and a value that is not an object; invalidPath if the path
// is not a text; those of parsePath.
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

// parsePath parses the path of a PATCH operation, such as emails[type eq "work"].value. The result
// contains the attribute and the sub-attribute that the path names, and the compiled filter in
// brackets. If the path is the identifier of an extension, the result contains the whole extension.
//
// Errors: invalidPath for a syntax error, also in the filter, for a path that is longer than
// maxFilter, for an unknown attribute, and for a filter on an attribute with one value;
// invalidFilter for a filter with another mistake, such as an unknown sub-attribute.
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
		if err := unescape(parsed.ValueExpression); err != nil {
			return nil, err
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

// selection returns the sub-attributes and values that the filter e of the attribute a requires,
// such as type "work" for [type eq "work"]. A value that PATCH adds for this filter gets them. The
// result is nil if the filter has anything except eq and "and", or an unknown sub-attribute.
func selection(e filter.Expression, a *attribute) object {
	switch e := e.(type) {
	case *filter.AttributeExpression:
		sub := find(a.Sub, e.AttributePath.AttributeName)
		if e.Operator != filter.EQ || sub == nil {
			return nil
		}
		if text, ok := e.CompareValue.(string); ok && sub.Type != typeBoolean {
			return object{sub.Name: text}
		}
		return object{} // a flag that only the server sets, such as primary
	case *filter.LogicalExpression:
		left, right := selection(e.Left, a), selection(e.Right, a)
		if e.Operator != filter.AND || left == nil || right == nil {
			return nil
		}
		maps.Copy(left, right)
		return left
	}
	return nil
}
