package user_test

import (
	"encoding/json"
	"fmt"

	"github.com/ca74b63c/roster/user"
)

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
