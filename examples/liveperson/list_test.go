package liveperson_test

import (
	"strconv"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestListHasNoPages: the vendor's list is all users, however many pages the directory has.
func TestListHasNoPages(t *testing.T) {
	e := newEnv(t)
	const more = storage.MaxPage + 100
	news := make([]roster.NewUser, more)
	for i := range news {
		news[i].User = user.User{Identity: user.Identity{Login: "u" + strconv.Itoa(i)}}
	}
	_, err := e.host.CreateMany(e.ctx, news[:storage.MaxPage])
	e.ok(err)
	_, err = e.host.CreateMany(e.ctx, news[storage.MaxPage:])
	e.ok(err)
	list := e.boss("GET", "?select=x", "").is(200).objects()
	seen := map[any]bool{}
	for _, u := range list {
		seen[u["loginName"]] = true
	}
	if len(list) != more+7 || len(seen) != len(list) {
		t.Errorf("%d users, %d names, want %d", len(list), len(seen), more+7)
	}
}

// TestListOfOneNamesItsItem: a list's refusal says which item, even if there is but one and it fails by its password alone.
func TestListOfOneNamesItsItem(t *testing.T) {
	e := newEnv(t)
	e.boss("PUT", "", "["+change("passwordSh", "x", "oldPassword", "wrong")+"]").refused(400, "/0/oldPassword mismatch")
	e.boss("DELETE", "", `[999]`).refused(404, "/0 not_found")
	e.boss("POST", "", "["+body("loginName", "agent")+"]").refused(409, "/0/loginName duplicate")
}
