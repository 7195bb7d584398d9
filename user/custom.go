package user

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/internal/nameset"
	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/validate"
)

// Custom holds the values of a user's custom attributes by name. A host defines the attributes in
// the account's settings (CustomSchema). A Custom cannot be changed after it was made, so a copy
// may share it. The zero Custom has no values.
//
//	user.Custom{}.With("site", user.TextValue("Berlin")).With("seniority", user.NumberValue(3))
type Custom struct{ frozen[customItem] } // ascending by name

// customItem is one custom attribute with its value.
type customItem struct {
	name  string
	value Value
}

// Limits of custom attributes. MaxCustomSize counts the bytes of a Custom's JSON.
const (
	MaxCustom       = 64
	MaxCustomSize   = 16 << 10
	MaxCustomName   = nameset.MaxName
	MaxCustomText   = 256 // characters of a text
	MaxCustomDigits = 15  // digits of a number, before and after the point
)

// With returns the values of c with the value v for the name. It replaces the value that the name
// has in c. The zero Value removes the name. A number loses the zeros at the end of its decimals. c
// does not change. With does not check the name and the value, which Check does.
func (c Custom) With(name string, v Value) Custom {
	list := putItem(c.items(), customItem{name, v.trimmed()})
	if v.IsZero() {
		list = slices.DeleteFunc(list, func(item customItem) bool { return item.name == name })
	}
	return Custom{freeze(list)}
}

// putItem returns a copy of list with item inserted. list must be, and the copy is, in ascending
// order of the names. item replaces an item of the same name, if there is one.
func putItem(list []customItem, item customItem) []customItem {
	at, found := slices.BinarySearchFunc(list, item.name, customItem.compareName)
	list = append(make([]customItem, 0, len(list)+1), list...)
	if found {
		list[at] = item
		return list
	}
	return slices.Insert(list, at, item)
}

func (i customItem) compareName(name string) int { return strings.Compare(i.name, name) }

// Get returns the value of the custom attribute with the name. It returns the zero Value and false
// if c has no value for the name.
func (c Custom) Get(name string) (Value, bool) {
	at, found := slices.BinarySearchFunc(c.items(), name, customItem.compareName)
	if !found {
		return Value{}, false
	}
	return c.items()[at].value, true
}

// All yields the names and values, ascending by name.
func (c Custom) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, item := range c.items() {
			if !yield(item.name, item.value) {
				return
			}
		}
	}
}

// Equal reports whether both have the same values.
func (c Custom) Equal(d Custom) bool { return c == d || slices.Equal(c.items(), d.items()) }

// HasAll reports whether c has every value of d. Values are compared by their texts (Value.String).
func (c Custom) HasAll(d Custom) bool {
	for _, item := range d.items() {
		if v, ok := c.Get(item.name); !ok || v.String() != item.value.String() {
			return false
		}
	}
	return true
}

// String returns the values as JSON.
func (c Custom) String() string { return string(appendCustom(nil, c.items())) }

// size returns the length in bytes of the JSON that MarshalJSON writes.
func (c Custom) size() int {
	n := 2 // the braces
	for _, item := range c.items() {
		n += len(item.name) + len(item.value.json) + len(`"":,`)
	}
	return n - min(1, c.Len())
}

// MarshalJSON writes the values as an object, ascending by name.
func (c Custom) MarshalJSON() ([]byte, error) { return appendCustom(nil, c.items()), nil }

// appendCustom appends the items of list to b as a JSON object, in the order of list, and returns
// the extended b. The zero Value becomes null.
func appendCustom(b []byte, list []customItem) []byte {
	b = append(b, '{')
	for i, item := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendQuoted(b, item.name), ':')
		if item.value.IsZero() {
			b = append(b, "null"...)
		}
		b = append(b, item.value.json...)
	}
	return append(b, '}')
}

// UnmarshalJSON implements json.Unmarshaler. It sets c to the values in the JSON object b, in which
// each member is the name of a custom attribute with its value. A name whose value is null or an
// empty text has no value in c. A null in place of the object gives a Custom without values.
//
// Error: a *validate.Error with every problem of the JSON or, if it has none, with the problems
// that Check finds. After an error c is unchanged.
func (c *Custom) UnmarshalJSON(b []byte) error {
	list, err := readItems(b)
	if err != nil {
		return err
	}
	read := Custom{freeze(slices.DeleteFunc(list, func(item customItem) bool { return item.value.IsZero() }))}
	if err := read.Check(); err != nil {
		return err
	}
	*c = read
	return nil
}

// readItems reads a JSON object of names and values, and returns the items in ascending order of
// the names. A number loses the zeros at the end of its decimals, so 1.50 becomes 1.5. A value that
// is null or an empty text becomes the zero Value, and null in place of the object gives no items.
// The error is a *validate.Error with every problem, such as a list as a value. After an error the
// items must not be used.
func readItems(b []byte) ([]customItem, error) {
	var problems validate.Collector
	var members map[string]json.RawMessage
	if strictjson.Check(b) != nil || json.Unmarshal(b, &members) != nil {
		problems.Add(validate.Problem{Code: validate.Invalid})
		return nil, problems.Err()
	}
	list := make([]customItem, 0, len(members))
	for name, value := range members {
		item := customItem{name: name}
		switch err := item.value.UnmarshalJSON(value); {
		case !ValidCustomName(name):
			problems.Add(validate.UnknownMember(""))
		case err != nil, value[0] == '[':
			problems.Add(validate.Problem{Path: "/" + name, Code: validate.Invalid})
		}
		item.value = item.value.trimmed()
		list = append(list, item)
	}
	slices.SortFunc(list, func(a, b customItem) int { return a.compareName(b.name) })
	return list, problems.Err()
}

// Check returns nil, or a *validate.Error with the problems of names and values that need no
// CustomSchema:
//
//   - a name that no custom attribute can have; Check then does not look at the value of this name
//   - a text of more than MaxCustomText characters
//   - a number of more than MaxCustomDigits digits
//   - a value that is no text, number or boolean
//   - more than MaxCustom values; Check then does not look at the size of the JSON
//   - more than MaxCustomSize bytes of JSON
//
// The path of a problem with the value of the attribute "site" is "/site". The path of every other
// problem is "".
func (c Custom) Check() error {
	var problems validate.Collector
	checkItems(&problems, "", c.items())
	c.checkSize(&problems, "")
	return problems.Err()
}

func (c Custom) checkSize(problems *validate.Collector, path string) {
	if problems.Items(path, c.Len(), MaxCustom) && c.size() > MaxCustomSize {
		problems.Add(tooLong(path, MaxCustomSize, "bytes"))
	}
}

// checkItems adds the problems of names and of values that no type takes.
func checkItems(problems *validate.Collector, path string, list []customItem) {
	for i := range list {
		item := &list[i]
		if !ValidCustomName(item.name) {
			problems.Add(validate.UnknownMember(path)) // the name may be a secret
			continue
		}
		if p, ok := item.value.checkScalar(); !ok {
			p.Path = path + "/" + item.name
			problems.Add(p)
		}
	}
}

// ValidCustomName reports whether a custom attribute may have the name: a lower-case letter, then
// lower-case letters, digits, underscores, periods and hyphens, as the names of roles.
func ValidCustomName(name string) bool { return Role(name).Valid() }

func tooLong(path string, most int64, of string) validate.Problem {
	params := validate.Params{}.WithInt("max", most).WithText("of", of)
	return validate.Problem{Path: path, Code: validate.TooLong, Params: params}
}
