package model

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// since matches the date of an assignment to a group, which differences leave out.
var since = regexp.MustCompile(` since [^,]*,?`)

// difference returns one attribute's values before and after as text.
func difference(name, before, after string) string {
	return fmt.Sprintf("%s: %q, %q", name, since.ReplaceAllString(before, ""), since.ReplaceAllString(after, ""))
}

// differences returns the diff that a change of a user from before to after must record. The diff
// is a sorted list with one text for each attribute whose value differs; the text has the name, the
// old value and the new value. Custom attributes are included. The attribute updated, names that
// begin with a period, and the dates of assignments to groups are left out.
func differences(before, after Record) []string {
	var list []string
	for i := range attributes {
		name := attributes[i].name
		if strings.HasPrefix(name, ".") || name == "updated" || name == "custom" {
			continue
		}
		same := difference(name, before[name], before[name])
		if d := difference(name, before[name], after[name]); d != same {
			list = append(list, d)
		}
	}
	list = append(list, customDifferences(before, after)...)
	slices.Sort(list)
	return list
}

// wordsOf converts v, the value of the attribute a in a diff, to the text that a Record holds for
// the attribute. If v cannot be decoded, it returns the text of the error. If the model does not
// know the attribute, it returns v.String().
func wordsOf(a user.Attribute, v user.Value) string {
	var u user.User
	var err error
	switch a {
	case user.AttrMemberOf:
		err = v.Decode(&u.Capacity.MemberOf.Group)
	case user.AttrManagerOf:
		var groups user.IDSet[user.GroupID]
		err = v.Decode(&groups)
		var list []user.Assignment
		for g := range groups.All() {
			list = append(list, user.Assignment{Group: g})
		}
		u.Management.ManagerOf = user.ListOf(list...)
	case user.AttrEnabled:
		enabled := false
		err = v.Decode(&enabled)
		u.Access.Disabled = !enabled
	case user.AttrPassword:
		u.Credentials.HasPassword = v.String() == "redacted"
	default: // the value is what stands at the attribute's path
		path := strings.Split(a.Path(), "/")[1:]
		text, _ := json.Marshal(v)
		for _, name := range slices.Backward(path) {
			text = fmt.Appendf(nil, "{%q:%s}", name, text)
		}
		err = json.Unmarshal(text, &u)
	}
	if err != nil {
		return err.Error()
	}
	i := slices.IndexFunc(attributes, func(x attribute) bool { return x.name == a.String() })
	if i < 0 {
		return v.String()
	}
	return attributes[i].get(&u)
}
