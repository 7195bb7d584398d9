package genesys_test

import (
	"context"
	"testing"

	"github.com/ca74b63c/roster/storage"
)

// The changes carry the vendor's caller as the actor.
func TestChangesNameTheCaller(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as(bob, "PUT", at(cas), `{"firstName":"Casper"}`))
	list, err := e.host.Changes(context.Background(), storage.ChangeQuery{})
	if err != nil || len(list) == 0 {
		t.Fatal(err)
	}
	if last := list[len(list)-1]; last.Actor != bob || last.UserID != cas {
		t.Errorf("%+v", last)
	}
}
