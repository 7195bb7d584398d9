package model

import (
	"encoding/json"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// marks are what the JSON of a list or of an object has beside its words.
var marks = strings.NewReplacer(`"`, "", ",", " ", ":", "=", "[", "", "]", "", "{", "", "}", "")

// plain returns the value v of the attribute a as a Record holds it. The value of a zero user
// becomes "". A list becomes its items with spaces between them, such as "1 2". Custom attributes
// become pairs, such as "n=3 site=Oslo".
func plain(a user.Attribute, v user.Value) string {
	s := v.String()
	switch {
	case v == a.Value(user.User{}):
		return ""
	case strings.HasPrefix(s, "["), strings.HasPrefix(s, "{"):
		return words(strings.Fields(marks.Replace(s))...)
	}
	return s
}

// recordOf returns the attributes of the user u as a Record. It also sets .id, .version, .config
// (the version of the configuration), .stamp (the sign-in stamp) and .since (the time of the
// status). A value that is the default is absent.
func recordOf(u user.User) Record {
	r := Record{}
	for a := range user.AllAttributes().All() {
		r.set(a.String(), plain(a, a.Value(u)))
	}
	r.set(".id", itoa(u.ID))
	r.set(".version", itoa(u.Version))
	r.set(".config", itoa(u.ConfigVersion))
	r.set(".stamp", itoa(u.Credentials.SignInStamp))
	r.set(".since", moment(u.Presence.Since))
	return r
}

// member converts the text v of the attribute name to the value in the JSON of a user. "" becomes
// null, but [] for a list and false for a boolean. The attribute enabled becomes its opposite: true
// for "false", because the JSON has the member disabled.
func member(name, v string) any {
	switch name {
	case "enabled": // the JSON has the opposite
		return v == "false"
	case "login", "displayName", "customData", "status", "maxChats", "maxAsyncChats":
	case "granted", "roles":
		return append([]string{}, strings.Fields(v)...)
	case "skills", "profiles", "applications":
		return append([]json.Number{}, numbersOf(v)...)
	case "memberOf", "managerOf":
		groups := []map[string]json.Number{}
		for _, id := range numbersOf(v) {
			groups = append(groups, map[string]json.Number{"group": id})
		}
		if name == "managerOf" {
			return groups
		} else if len(groups) > 0 {
			return groups[0]
		}
	default:
		return v != ""
	}
	if v == "" {
		return nil
	}
	if strings.HasPrefix(name, "max") {
		return json.Number(v)
	}
	return v
}

func numbersOf(v string) (list []json.Number) {
	for _, word := range strings.Fields(v) {
		list = append(list, json.Number(word))
	}
	return list
}

// decode sets the attributes in fields in a user or a patch. The parameter into is a pointer to the
// user.User or user.Patch. decode writes JSON and decodes the JSON. It leaves out the custom
// attributes. It panics for an unknown attribute or an invalid value.
func decode(fields Record, into any) {
	groups := map[string]map[string]any{}
	for name, v := range fields {
		a, known := user.ParseAttribute(name)
		if !known {
			panic("no attribute is called " + name)
		}
		if path := strings.Split(a.Path(), "/"); len(path) == 3 { // the custom attributes have no group
			if groups[path[1]] == nil {
				groups[path[1]] = map[string]any{}
			}
			groups[path[1]][path[2]] = member(name, v)
		}
	}
	b, err := json.Marshal(groups)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		panic(err) // the attributes are those of values, and each has a good form
	}
}

// userOf returns a new user with the attributes in fields. fields must not name the roles, and must
// not name an attribute that only the library sets. userOf panics for an unknown attribute or an
// invalid value.
func userOf(fields Record) (u user.User) {
	decode(fields, &u)
	eachCustom(fields["custom"], func(name string, v user.Value) { u.Custom = u.Custom.With(name, v) })
	return u
}

// patchOf returns a patch that sets each attribute in fields to its value. The value "" clears the
// attribute. Other attributes stay unchanged. fields must contain no attributes that only the
// library sets. patchOf panics for an unknown attribute or an invalid value.
func patchOf(fields Record) (p user.Patch) {
	decode(fields, &p)
	eachCustom(fields["custom"], func(name string, v user.Value) { p.Custom = p.Custom.Set(name, v) })
	return p
}
