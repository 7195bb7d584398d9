package roster_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

// A person asks for their data (GDPR, article 15). The host writes them to a file, or here to a
// buffer.
func ExampleHandle_Export() {
	ctx := context.Background()
	host := open(newDirectory())
	created := must(host.Create(ctx, roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: "ann"}, Contact: user.Contact{Email: "ann@example.com"},
	}}))
	must(host.Patch(ctx, created.User.ID, user.Patch{FirstName: user.Set("Ann")}, roster.WithReason("asked by phone")))

	var file bytes.Buffer
	if err := host.Export(ctx, created.User.ID, &file); err != nil {
		fmt.Println(err) // what file has then is no whole export
		return
	}

	var data struct {
		User struct {
			Contact struct{ Email string }
		}
		Changes []struct{ Type, Reason string }
	}
	if err := json.Unmarshal(file.Bytes(), &data); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(data.User.Contact.Email)
	for _, c := range data.Changes {
		fmt.Println(c.Type, c.Reason)
	}
	// Output:
	// ann@example.com
	// user.updated asked by phone
	// user.created
}
