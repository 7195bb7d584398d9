package vendorhttp

import (
	"github.com/ca74b63c/roster/validate"
)

// Kind is the JSON type of a value in the request.
type Kind uint8

// The kinds. A value of a query, a form or a multipart body has no type and is of the kind Text.
const (
	Text Kind = iota
	String
	Number
	Bool
	Null
	List
	Object
)

// Value is one value of a request.
type Value struct {
	Name  string  // of the parameter or member; "" for an element of a list
	Kind  Kind    // the JSON type
	Text  string  // a text; a number as it was written; "true" or "false"
	Items []Value // elements of a list, members of an object, in their order
}

// Values are all values of a request in their order, with the problems of the request's form. Do
// not copy Values once their Reader is in use.
type Values struct {
	Members  []Value
	names    *Names
	hidden   int // while JSON is read: the number of lists and objects around the value that have an unknown name, or are inside of one
	problems validate.Collector
	reader   Reader // the result of Reader; it needs no memory of its own
}

// Reset removes all values and problems, and keeps the memory for the next request.
func (v *Values) Reset() {
	clear(v.Members)
	*v = Values{Members: v.Members[:0]}
}

// pathOf returns the path of a member for a problem. The parameter object is the path of the object
// that contains the member, and the result is this path with the member's name behind it. For an
// element of a list in a form, such as g[0], the result is the path of the list g.
//
// An unknown name may be a secret. So pathOf returns object alone if the API does not have the
// name, or if it does not have the name of an object around the member.
func (v *Values) pathOf(object, name string) string {
	if list, ok := listName(name); ok {
		name = list
	}
	if v.hidden == 0 && v.names.Has(name) {
		return validate.Child(object, name)
	}
	return object
}

// Get returns the first member with the name, and false if there is none.
func (v *Values) Get(name string) (Value, bool) {
	for i := range v.Members {
		if v.Members[i].Name == name {
			return v.Members[i], true
		}
	}
	return Value{}, false
}

// Text returns the text of the first member with the name. It returns "" if there is none, or if it
// is a list or an object.
func (v *Values) Text(name string) string {
	value, _ := v.Get(name)
	return value.Text
}

// Err returns the problems of the request's form as a *validate.Error: duplicate names, and texts
// that are not UTF-8 or contain NUL. Reader.Err returns them together with the problems of the
// values.
func (v *Values) Err() error { return v.problems.Err() }

func (v *Values) add(value Value) error {
	if len(v.Members) >= maxMembers {
		return tooManyValues(maxMembers)
	}
	v.Members = append(v.Members, value)
	return nil
}

// finish adds a problem for each duplicate name.
func (v *Values) finish() { v.addDuplicates(v.Members, "") }

// few is the number of names up to which duplicates are found by comparing all pairs.
const few = 16

// addDuplicates adds a problem Duplicate for each member that has the same name as an earlier
// member. The parameter members contains all members of one object, and path is the path of the
// object. The problem has the path of the member, or path if the API does not have the name.
func (v *Values) addDuplicates(members []Value, path string) {
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
