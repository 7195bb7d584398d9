package user

import (
	"errors"
	"slices"

	"github.com/ca74b63c/roster/validate"
)

// CustomPatch says what is to change in a user's custom attributes. Each name has three states:
// keep, clear, set. The zero CustomPatch keeps all. A CustomPatch cannot be changed after it was
// made.
//
//	user.CustomPatch{}.Set("site", user.TextValue("Berlin")).Clear("night")
//
// As JSON it is a merge patch (RFC 7396): {"site":"Berlin","night":null}.
type CustomPatch struct {
	frozen  frozen[customItem] // ascending by name; the zero Value clears
	replace bool               // clears every name that is not in frozen
}

// ReplaceCustom returns the patch that makes a user's custom attributes the same as c.
func ReplaceCustom(c Custom) CustomPatch { return CustomPatch{c.frozen, true} }

// Set returns the patch that sets one more name. The zero Value clears the name.
func (p CustomPatch) Set(name string, v Value) CustomPatch {
	return CustomPatch{freeze(putItem(p.items(), customItem{name, v.trimmed()})), p.replace}
}

// Clear returns the patch that takes the value from one more name.
func (p CustomPatch) Clear(name string) CustomPatch { return p.Set(name, Value{}) }

// IsZero reports whether the patch keeps all.
func (p CustomPatch) IsZero() bool { return p.frozen.IsZero() && !p.replace }

// Names returns the names that p sets or clears, in ascending order. It returns an empty list if
// there are none. A patch of ReplaceCustom also clears every other name. Names does not list these
// names, and Replaces reports true for such a patch.
func (p CustomPatch) Names() []string {
	names := make([]string, 0, len(p.items()))
	for _, item := range p.items() {
		names = append(names, item.name)
	}
	return names
}

// Replaces reports whether p clears every name that it does not set.
func (p CustomPatch) Replaces() bool { return p.replace }

func (p CustomPatch) items() []customItem { return p.frozen.items() }

// apply returns the values of c with the names of p set or cleared. If p replaces all values, apply
// ignores c. c and p do not change.
func (p CustomPatch) apply(c Custom) Custom {
	if p.replace {
		c = Custom{}
	}
	list := make([]customItem, 0, c.Len()+p.frozen.Len())
	rest := c.items()
	for _, item := range p.items() {
		n, found := slices.BinarySearchFunc(rest, item.name, customItem.compareName)
		list = append(list, rest[:n]...)
		if rest = rest[n:]; found {
			rest = rest[1:]
		}
		if !item.value.IsZero() {
			list = append(list, item)
		}
	}
	return Custom{freeze(append(list, rest...))}
}

// check adds the problems that the patch has whatever the account's schema is.
func (p CustomPatch) check(problems *validate.Collector) {
	if problems.Items(AttrCustom.Path(), len(p.items()), MaxCustom) {
		checkItems(problems, AttrCustom.Path(), p.items())
	}
}

// errReplacesCustom is the error of a patch that no merge patch says.
var errReplacesCustom = errors.New("user: a merge patch cannot replace all custom attributes")

// MarshalJSON writes the patch as a merge patch. A patch that clears every name is null. It returns
// an error for what ReplaceCustom returned for other values, because a merge patch cannot say it.
func (p CustomPatch) MarshalJSON() ([]byte, error) {
	switch {
	case !p.replace:
		return appendCustom(nil, p.items()), nil
	case p.apply(Custom{}).IsZero():
		return []byte("null"), nil
	}
	return nil, errReplacesCustom
}

// UnmarshalJSON implements json.Unmarshaler. It sets p to the merge patch (RFC 7396) in the JSON
// object b. A name with a value is set. A name with null or an empty text is cleared. A name
// that b does not have keeps its value when the patch is applied. A null in place of the object
// clears every name. What p was before is lost.
//
// Error: a *validate.Error with every problem of the JSON, such as a name that no custom attribute
// can have, or an array as a value. After an error p is unchanged. Patch.Check and Patch.Apply
// check the other rules for values.
func (p *CustomPatch) UnmarshalJSON(b []byte) error {
	if isNull(b) {
		*p = ReplaceCustom(Custom{})
		return nil
	}
	list, err := readItems(b)
	if err != nil {
		return err
	}
	*p = CustomPatch{frozen: freeze(list)}
	return nil
}
