package user_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

var noon = time.Date(2025, 6, 22, 12, 0, 0, 0, time.UTC)

func agent() user.User {
	return user.User{
		ID:       987654321,
		Identity: user.Identity{Login: "unique@gmail.com"},
		Contact:  user.Contact{Email: "myEmail@gmail.com", Phone: "+31201234567"},
		Capacity: user.Capacity{MaxChats: 4, Skills: user.IDSetOf[user.SkillID](2359235912)},
		Presence: user.Presence{Status: user.Ready, Since: noon},
		Access:   user.Access{Granted: user.RolesOf(user.Agent), Roles: user.RolesOf(user.Agent)},
	}
}

// What a patch names is set or cleared; what it does not name stays.
func ExamplePatch_Apply() {
	p := user.Patch{
		MaxChats: user.Set(6),
		Phone:    user.Clear[string](),
		Enabled:  user.Set(false),
	}
	if err := p.Check(validate.Strict); err != nil {
		fmt.Println(err)
		return
	}
	out, err := p.Apply(agent(), user.Facts{Now: noon})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range user.Diff(out.Before, out.After) {
		fmt.Printf("%v: %q to %q\n", d.Attribute, d.Before, d.After)
	}
	fmt.Println("lost:", out.Lost)
	// Output:
	// phone: "+31201234567" to ""
	// maxChats: "4" to "6"
	// enabled: "true" to "false"
	// disabledManually: "false" to "true"
	// lost: phone
}

// Every problem is found at once, with a path and a code, and without the value.
func ExamplePatch_Check() {
	p := user.Patch{
		Email:    user.Set("no address"),
		MaxChats: user.Set(-1),
		Skills:   user.Set(user.IDSetOf[user.SkillID](0, 7)),
	}
	var invalid *validate.Error
	if errors.As(p.Check(validate.Strict), &invalid) {
		for _, problem := range invalid.Problems {
			fmt.Println(problem.Path, problem.Code)
		}
	}
	// Output:
	// /capacity/maxChats out_of_range
	// /capacity/skills/0 out_of_range
	// /contact/email pattern
}

// A replacement clears what the new user lacks, and says what was lost by it. What a vendor's
// document does not know is kept.
func ExampleReplacement() {
	document := user.User{
		Identity: user.Identity{Login: "unique@gmail.com"},
		Contact:  user.Contact{Email: "new@gmail.com"},
		Access:   user.Access{Granted: user.RolesOf(user.Agent)},
	}
	p := user.Replacement(document).Keeping(user.AttributesOf(user.AttrStatus, user.AttrPhone))
	out, err := p.Apply(agent(), user.Facts{Now: noon})
	fmt.Println(out.Changed, err)
	fmt.Println("lost:", out.Lost)
	// Output:
	// email,maxChats,skills <nil>
	// lost: maxChats,skills
}

func ExamplePatch_UnmarshalJSON() {
	body := `{"names":{"display":"Ann"},"capacity":{"maxChats":4,"memberOf":null},"access":{"disabled":true}}`
	var p user.Patch
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Attributes())

	err := json.Unmarshal([]byte(`{"version":7,"names":{"nick":"Annie"},"access":{"roles":["The King"]}}`), &p)
	fmt.Println(err)
	// Output:
	// displayName,maxChats,memberOf,enabled
	// validate: /access/roles: is unknown; /names: has an unknown member; /version: is read-only
}
