package crossvendor_test

import (
	"slices"
	"strings"
)

// entity returns a user for LivePerson, with the required members. members replace values; they are
// JSON.
func entity(members ...string) string {
	pairs := []string{
		"loginName", `"kim"`, "fullName", `""`, "nickname", `"Kim"`, "isEnabled", "true", "maxChats", "4",
		"email", `"kim@north.example"`, "profileIds", "[2]", "memberOf", `{"agentGroupId":1}`, "passwordSh", `"` + secret + `"`,
	}
	for i := 0; i+1 < len(members); i += 2 {
		at := slices.Index(pairs, members[i])
		if at < 0 {
			pairs = append(pairs, members[i], members[i+1])
			continue
		}
		pairs[at+1] = members[i+1]
	}
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		b.WriteString(`,"` + pairs[i] + `":` + pairs[i+1])
	}
	return "{" + b.String()[1:] + "}"
}
