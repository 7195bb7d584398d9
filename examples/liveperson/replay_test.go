package liveperson_test

import (
	_ "embed"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

// entityExample is the document's "Entity Example", byte for byte.
//
//go:embed testdata/entity-example.json
var entityExample string

func exampleRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("the entity example is a user to be added", in(exampleIsAdded)),
		documented.Row("the entity example is a user to be changed", in(exampleIsChanged)),
		assumed.Row(`the example's placeholder "year-month-date hrs:min:sec" is taken, since dates are not the caller's`, in(exampleIsAdded)),
	}
}

// isTheExample checks that a user is what the example says.
func (e *env) isTheExample(u user.User) {
	e.Helper()
	want := u // what the example does not say stays
	want.Identity = user.Identity{Login: "unique@gmail.com", Kind: user.Human, Description: "user’s description"}
	want.Names.Display = "agent1"
	want.Contact = user.Contact{
		Email: "myEmail@gmail.com", Mobile: "0542-123456", BackgroundURI: "/pictures/image.jpg", MobileApp: "lpMobileApp-123",
	}
	want.Capacity = user.Capacity{
		MaxChats: 4, MaxAsyncChats: user.Some(10), MemberOf: user.Assignment{Group: 1, Since: e.now},
		Skills: user.IDSetOf[user.SkillID](2359235912, 2359235922),
	}
	want.Management.ManagerOf = user.ListOf(user.Assignment{Group: 1, Since: e.now})
	want.Access = user.Access{
		Profiles: user.IDSetOf[user.ProfileID](2359273612, 2359273512), Roles: user.RolesOf(user.Agent, user.AgentManager),
		PermissionGroups: user.IDSetOf[user.PermissionGroupID](1), LinesOfBusiness: user.IDSetOf[user.LineOfBusinessID](6549273612),
	}
	if d := user.Diff(want, u); len(d) > 0 || !u.Equal(want) {
		e.Errorf("(example, is) %v", d)
	}
	_, err := e.dir.SignIn(e.ctx, "demo", "unique@gmail.com", roster.PasswordOf("pppppp"))
	e.ok(err)
}

func exampleIsAdded(e *env) {
	id := idOf(e.boss("POST", "?v=2.0", entityExample).is(201))
	e.isTheExample(e.user(id))
}

func exampleIsChanged(e *env) {
	const id user.ID = 987654321
	_, err := e.host.Create(e.ctx, roster.CreateParams{User: user.User{
		ID: id, Identity: user.Identity{Login: "before"}, Names: user.Names{Full: "Kept"}, Access: user.Access{Profiles: user.IDSetOf(adminProfile)},
	}})
	e.ok(err)
	for _, send := range []func() answer{
		func() answer { return e.boss("PUT", path(id)+"?v=2.0", entityExample) },
		func() answer { return e.boss("PUT", "?v=2.0", "["+entityExample+"]") },
	} {
		send().is(200)
		e.isTheExample(e.user(id))
		if u := e.user(id); u.Names.Full != "Kept" {
			e.Errorf("fullName became %q", u.Names.Full)
		}
	}
}
