package model

import (
	"encoding/json"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// marks are what the JSON of a list has beside its words.
var marks = strings.NewReplacer(`"`, "", ",", " ", "[", "", "]", "")

// plain returns the value v of the attribute a as a Record holds it. The value of a zero user
// becomes "". A list becomes its items with spaces between them, such as "1 2".
func plain(a user.Attribute, v user.Value) string {
	s := v.String()
	switch {
	case v == a.Value(user.User{}):
		return ""
	case strings.HasPrefix(s, "["):
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

// patchOf returns a patch that sets each attribute in fields to its value. The value "" clears the
// attribute. Other attributes stay unchanged. patchOf panics for an attribute that is not in the
// list values.
func patchOf(fields Record) (p user.Patch) {
	for name, v := range fields {
		switch name {
		case "login":
			p.Login = user.Set(v)
		case "roles":
			p.Roles = user.Set(rolesOf(v))
		case "granted":
			p.Granted = user.Set(rolesOf(v))
		case "status":
			p.Status = user.Set(map[string]user.Status{"READY": user.Ready, "ONLINE": user.Online}[v])
		case "maxChats":
			p.MaxChats = user.Set(atoi(v))
		case "memberOf":
			p.MemberOf = user.Set(user.GroupID(atoi(v)))
		case "managerOf":
			p.ManagerOf = user.Set(numbersOf[user.GroupID](v))
		case "profiles":
			p.Profiles = user.Set(numbersOf[user.ProfileID](v))
		case "applications":
			p.Applications = user.Set(numbersOf[user.ApplicationID](v))
		case "enabled":
			p.Enabled = user.Set(v == "")
		case "apiUser":
			p.APIUser = user.Set(v != "")
		case "parentAccounting":
			p.ParentAccounting = user.Set(v != "")
		default:
			panic("no attribute is called " + name)
		}
	}
	return p
}

func rolesOf(v string) user.Roles {
	return user.RolesOf(each(strings.Fields(v), func(name string) user.Role { return user.Role(name) })...)
}

func numbersOf[T ~int64](v string) user.IDSet[T] {
	return user.IDSetOf(each(strings.Fields(v), func(n string) T { return T(atoi(n)) })...)
}

// userOf returns a new user with the attributes in fields, which must not name the roles. It panics
// where patchOf does.
func userOf(fields Record) (u user.User) {
	b, err := json.Marshal(patchOf(fields)) // a user with the same values has the same JSON
	if err == nil {
		err = json.Unmarshal(b, &u)
	}
	if err != nil {
		panic(err)
	}
	return u
}
