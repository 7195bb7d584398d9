package vendorhttp

import (
	"github.com/ca74b63c/roster/validate"
)

// Kind is the JSON type that a value had on the wire.
type Kind uint8

// The kinds. What comes in a query, a form or a part of a multipart body has no type: it is Text.
const (
	Text Kind = iota
	String
	Number
	Bool
	Null
	List
	Object
)

// Value is one value that a request carries.
type Value struct {
	Name  string  // of the parameter or member; "" for an element of a list
	Kind  Kind    // what it was
	Text  string  // a text; a number as it was written; "true" or "false"
	Items []Value // elements of a list, members of an object, in their order
}

// Values is all that a request says, in its order, with what is wrong with the request's own form.
// It is not to be copied once its Reader is in use.
type Values struct {
	Members  []Value
	names    *Names
	hidden   int // while JSON is read: how many of the lists and objects around the value lie below an unknown name
	problems validate.Collector
	reader   Reader // the one that Reader returns, so that it costs nothing
}

// Reset forgets everything, the texts too, and keeps the memory.
func (v *Values) Reset() {
	clear(v.Members)
	*v = Values{Members: v.Members[:0]}
}

// pathOf returns the path of a parameter or member, that of what holds it if its name is not known.
func (v *Values) pathOf(path, name string) string {
	if list, ok := listName(name); ok {
		name = list
	}
	if v.hidden == 0 && v.names.Has(name) {
		return validate.Child(path, name)
	}
	return path
}

// Get returns the first member with the name.
func (v *Values) Get(name string) (Value, bool) {
	for i := range v.Members {
		if v.Members[i].Name == name {
			return v.Members[i], true
		}
	}
	return Value{}, false
}

// Text returns the text of the first member with the name, "" if there is none or it is a list or
// an object.
func (v *Values) Text(name string) string {
	value, _ := v.Get(name)
	return value.Text
}

// Err returns the *validate.Error of what is wrong with the form of the request: a name twice, a
// text that is not UTF-8 or holds NUL. Reader.Err returns the same together with what was wrong
// with the values.
func (v *Values) Err() error { return v.problems.Err() }

func (v *Values) add(value Value) error {
	if len(v.Members) >= maxMembers {
		return tooManyValues(maxMembers)
	}
	v.Members = append(v.Members, value)
	return nil
}

// finish finds the names given twice, at the top and below.
func (v *Values) finish() { v.twice(v.Members, "") }

// few is how many names are compared one by one; more are looked up.
const few = 16

// twice takes a problem Duplicate for each name that stands in an object before.
func (v *Values) twice(members []Value, path string) {
	if len(members) <= few {
		for i := range members {
			for j := range i {
				if members[j].Name == members[i].Name {
					v.problems.Add(validate.Problem{Path: v.pathOf(path, members[i].Name), Code: validate.Duplicate})
					break
				}
			}
		}
		return
	}
	seen := make(map[string]bool, len(members))
	for i := range members {
		if seen[members[i].Name] {
			v.problems.Add(validate.Problem{Path: v.pathOf(path, members[i].Name), Code: validate.Duplicate})
		}
		seen[members[i].Name] = true
	}
}
