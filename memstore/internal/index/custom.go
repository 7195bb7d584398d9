package index

import (
	"slices"

	"github.com/ca74b63c/roster/user"
)

// customKey returns the key for a value of a custom attribute. The key for any value is the name.
func customKey(name string, v user.Value) string { return name + "=" + v.String() }

// customOf returns the custom attributes of u, which may be nil.
func customOf(u *user.User) user.Custom {
	if u == nil {
		return user.Custom{}
	}
	return u.Custom
}

// customKeys returns the keys of custom attributes, sorted.
func customKeys(c user.Custom) []string {
	keys := make([]string, 0, 2*c.Len())
	for name, v := range c.All() {
		keys = append(keys, name, customKey(name, v))
	}
	slices.Sort(keys)
	return keys
}
