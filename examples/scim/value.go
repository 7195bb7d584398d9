package scim

import (
	"strconv"
	"strings"
	"time"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// object is a resource, an extension or a complex value, with the names of the schema. A value is a
// string, a bool, an int64, a float64, an object, or a []any of these. An attribute without a value
// is absent.
type object map[string]any

// clone returns a deep copy of a value.
func clone(v any) any {
	switch v := v.(type) {
	case object:
		c := make(object, len(v))
		for name, value := range v {
			c[name] = clone(value)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i := range v {
			c[i] = clone(v[i])
		}
		return c
	}
	return v
}

// equal reports whether the values a and b are the same, also inside objects and lists. The order
// of a list does not matter, because the values of a multi-valued attribute are a set. A list must
// have no repeated values. Texts are compared with regard to case.
func equal(a, b any) bool {
	switch a := a.(type) {
	case object:
		b, ok := b.(object)
		if !ok || len(a) != len(b) {
			return false
		}
		for name := range a {
			if other, ok := b[name]; !ok || !equal(a[name], other) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for _, value := range a {
			if !contains(b, value) {
				return false
			}
		}
		return true
	case nil:
		return b == nil
	}
	switch b.(type) {
	case object, []any:
		return false
	}
	return a == b
}

func contains(list []any, value any) bool {
	for _, v := range list {
		if equal(v, value) {
			return true
		}
	}
	return false
}

// read returns the value of the attribute in a request. It returns nil for null and for an empty
// list or text, which RFC 7643 section 2.5 calls unassigned. path is the name of the attribute in
// errors. If lenient is set, read also accepts what identity providers send in PATCH requests: a
// single value for a multi-valued attribute, and a text for a complex attribute, such as Entra's
// manager. The text is then the value of the sub-attribute "value".
//
// Errors: invalidValue if a multi-valued attribute has no list; those of readOne.
func (a *attribute) read(v vendorhttp.Value, path string, lenient bool) (any, error) {
	switch {
	case v.Kind == vendorhttp.Null:
		return nil, nil
	case a.Multi && v.Kind == vendorhttp.List:
		return a.readList(v.Items, path, lenient)
	case a.Multi && lenient:
		return a.readList([]vendorhttp.Value{v}, path, lenient)
	case a.Multi:
		return nil, invalidValue(path, "must be an array")
	}
	return a.readOne(v, path, lenient)
}

func (a *attribute) readList(items []vendorhttp.Value, path string, lenient bool) (any, error) {
	var list []any
	for _, item := range items {
		value, err := a.readOne(item, path, lenient)
		if err != nil {
			return nil, err
		}
		if value != nil && !contains(list, value) {
			list = append(list, value)
		}
	}
	if list == nil {
		return nil, nil
	}
	return list, nil
}

// readOne reads v as one value of the attribute: a string, a bool, an int64, a float64, or an
// object for a complex attribute. The parameter path is the attribute's name in errors. An empty
// text for an attribute of texts, and an object without values, give nil and no error.
//
// If lenient is set, v may be a text for a complex attribute with the sub-attribute "value". The
// text is then the value of this sub-attribute. readOne skips read-only sub-attributes and those
// that the server does not store.
//
// Errors: invalidValue for null or a value of a wrong type, and for a date and time that is not in
// the form of RFC 3339; invalidSyntax for an unknown sub-attribute.
func (a *attribute) readOne(v vendorhttp.Value, path string, lenient bool) (any, error) {
	switch a.Type {
	case typeComplex:
		return a.readComplex(v, path, lenient)
	case typeBoolean:
		return readBoolean(v, path)
	case typeInteger:
		return readInteger(v, path)
	case typeDecimal:
		return readDecimal(v, path)
	}
	if v.Kind != vendorhttp.String {
		return nil, invalidValue(path, "must be a string")
	}
	if v.Text == "" {
		return nil, nil
	}
	if a.Type == typeDateTime {
		if _, err := time.Parse(time.RFC3339Nano, v.Text); err != nil {
			return nil, invalidValue(path, "must be a date and time as RFC 3339 writes it")
		}
	}
	return v.Text, nil
}

func (a *attribute) readComplex(v vendorhttp.Value, path string, lenient bool) (any, error) {
	if v.Kind == vendorhttp.String && lenient && find(a.Sub, "value") != nil {
		v = vendorhttp.Value{Kind: vendorhttp.Object, Items: []vendorhttp.Value{{Name: "value", Kind: v.Kind, Text: v.Text}}}
	}
	if v.Kind != vendorhttp.Object {
		return nil, invalidValue(path, "must be an object")
	}
	o := object{}
	for _, item := range v.Items {
		sub := find(a.Sub, item.Name)
		if sub == nil {
			return nil, invalidSyntax(path + " has a sub-attribute that is not in its schema")
		}
		if sub.unkept {
			continue
		}
		value, err := sub.read(item, path+"."+sub.Name, lenient)
		switch {
		case err != nil:
			return nil, err
		case value != nil && sub.Mutability != readOnly: // section 3.3 of RFC 7644: "readOnly SHALL be ignored"
			o[sub.Name] = value
		}
	}
	if len(o) == 0 {
		return nil, nil
	}
	return o, nil
}

// readBoolean returns v as a bool. It also accepts the texts "true" and "false" in any case,
// because Entra sends "True" and "False". path is the name of the attribute in errors. Errors:
// invalidValue for any other value.
func readBoolean(v vendorhttp.Value, path string) (any, error) {
	switch {
	case v.Kind != vendorhttp.Bool && v.Kind != vendorhttp.String:
	case strings.EqualFold(v.Text, "true"):
		return true, nil
	case strings.EqualFold(v.Text, "false"):
		return false, nil
	}
	return nil, invalidValue(path, "must be true or false")
}

func readInteger(v vendorhttp.Value, path string) (any, error) {
	n, err := strconv.ParseInt(v.Text, 10, 64)
	if v.Kind != vendorhttp.Number || err != nil {
		return nil, invalidValue(path, "must be an integer")
	}
	return n, nil
}

func readDecimal(v vendorhttp.Value, path string) (any, error) {
	f, err := strconv.ParseFloat(v.Text, 64)
	if v.Kind != vendorhttp.Number || err != nil {
		return nil, invalidValue(path, "must be a number")
	}
	return f, nil
}
