package usertable

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Column is a column that a file may have.
type Column struct {
	Name    string // the path with periods: "contact.email"
	Path    string // the JSON pointer into a user: "/contact/email"; of a password "/password"
	Allowed string // what a cell may hold, in words

	form form
}

// The paths of the columns that are no attributes of a user.
const (
	PathPassword   = "/password"
	PathActivation = "/activation"
)

// Columns returns the columns that a file may have, in this order: one for each attribute that a
// patch can set, one for each custom attribute of schema, and the columns "password" and
// "activation", which are only for new users.
func Columns(schema user.CustomSchema) []Column {
	list := slices.Clone(modelColumns())
	for a := range schema.All() {
		list = append(list, customColumn(a.Name, customForm(a)))
	}
	return append(list,
		Column{nameOf(PathPassword), PathPassword, "the first password of a new user; others keep theirs", textForm},
		Column{nameOf(PathActivation), PathActivation, "true sends a new user an activation mail; otherwise false", booleanForm})
}

// nameOf returns the name of the column with a path.
func nameOf(path string) string { return strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", ".") }

func customColumn(name string, f form) Column {
	path := user.AttrCustom.Path() + "/" + name
	return Column{nameOf(user.AttrCustom.Path()) + "." + name, path, f.allowed, f}
}

// modelColumns returns a column for each attribute that a patch can name, except the custom ones.
var modelColumns = sync.OnceValue(func() (list []Column) {
	for a := range user.Patchable().All() {
		if a == user.AttrCustom {
			continue
		}
		f := formOf(a)
		list = append(list, Column{nameOf(a.Path()), a.Path(), f.allowed, f})
	}
	return list
})

// formOf returns the form that the cells of the attribute a must have. For the kind and the status
// it is a choice of the names of all kinds or statuses. For every other attribute it is the first
// form in forms whose sample a patch accepts as the value of the attribute, or jsonForm if there is
// none. The description of a text includes its maximum length.
func formOf(a user.Attribute) form {
	switch a {
	case user.AttrKind:
		return choiceForm(namesOf(user.Kind.MarshalText))
	case user.AttrStatus:
		return choiceForm(namesOf(user.Status.MarshalText))
	}
	for _, f := range forms {
		if f.sample != "" && patched(a.Path(), f.sample) == nil {
			if f.name == textForm.name {
				f.allowed += longest(a)
			}
			return f
		}
	}
	return jsonForm
}

// longest returns the maximum length of the texts of the attribute a in words, such as " of at most
// 64 characters". It finds the length by checking a patch with a text that is too long. It returns
// "" if there is no maximum.
func longest(a user.Attribute) string {
	var p user.Patch
	sample, _ := json.Marshal(strings.Repeat("a", 1<<17)) // a text is always encoded
	if p.UnmarshalJSON(nested(a.Path(), string(sample))) != nil {
		return ""
	}
	var invalid *validate.Error
	if !errors.As(p.Check(validate.Strict), &invalid) {
		return ""
	}
	most, ok := invalid.Problems[0].Params.Int("max")
	unit, _ := invalid.Problems[0].Params.Get("unit")
	if !ok {
		return ""
	}
	return fmt.Sprintf(" of at most %d %s", most, unit)
}

// patched returns the error of a patch that has one value at a path.
func patched(path, value string) error {
	var p user.Patch
	return p.UnmarshalJSON(nested(path, value))
}

// nested returns a JSON object that contains value at path. The path has one or two names: for
// example, the path "/capacity/maxChats" and the value 7 give {"capacity":{"maxChats":7}}. value
// must be JSON.
func nested(path, value string) []byte {
	group, member, deep := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if deep {
		value = fmt.Sprintf("{%q:%s}", member, value)
	}
	return fmt.Appendf(nil, "{%q:%s}", group, value)
}

// namesOf returns the names of an enumeration that counts from 0.
func namesOf[T ~uint8](text func(T) ([]byte, error)) (names []string) {
	for e := T(0); ; e++ {
		name, err := text(e)
		if err != nil {
			return names
		}
		names = append(names, string(name))
	}
}

// isReadOnly reports whether a user has the path and no patch can set it.
func isReadOnly(path string) bool {
	var invalid *validate.Error
	return errors.As(patched(path, "null"), &invalid) && invalid.Problems[0].Code == validate.ReadOnly
}
