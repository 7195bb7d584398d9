package index

import (
	"slices"

	"github.com/ca74b63c/roster/user"
)

// customKey returns the key of the users with one value of a custom attribute. The key of the users
// with any value is the attribute's name alone.
func customKey(name string, v user.Value) string { return name + "=" + v.String() }

// customOf returns the custom attributes of u, and none if u is nil.
func customOf(u *user.User) user.Custom {
	if u == nil {
		return user.Custom{}
	}
	return u.Custom
}

// customKeys returns the keys of the custom attributes c in ascending order. Each attribute has two
// keys: one for its name alone, and one for its name with its value. The result is empty if c has
// no attributes.
func customKeys(c user.Custom) []string {
	keys := make([]string, 0, 2*c.Len())
	for name, v := range c.All() {
		keys = append(keys, name, customKey(name, v))
	}
	slices.Sort(keys)
	return keys
}
