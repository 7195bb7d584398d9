package operator

import (
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Fill creates the account "acme" in the storage s by calls of package roster. The account has four
// users (one of them deleted), two applications, money from one funding, and two transfers between
// the account and its users. Some changes are made at the time today, the others 30 days before.
// Fill fails the test if a call fails.
func Fill(t *testing.T, s storage.Storage, today time.Time) {
	t.Helper()
	now := today.Add(-30 * 24 * time.Hour)
	directory := roster.New(s, roster.WithClock(func() time.Time { return now }))
	host, olga := directory.As("acme", roster.SystemActor()), directory.As("acme", roster.UserActor(1))
	ctx := t.Context()
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	money := func(text string) balance.Money {
		m, err := balance.Parse(text, "USD")
		must(m, err)
		return m
	}
	must(host.CreateAccount(ctx, user.Account{Name: "Acme", Currency: "USD", NameReuse: user.NameReuse{Never: true}}))
	must(host.PutReference(ctx, user.Reference{Kind: user.ReferenceApplication, ID: 1, Name: "bank"}))
	must(host.PutReference(ctx, user.Reference{Kind: user.ReferenceApplication, ID: 2, Name: "shop"}))
	create := func(login, email string, roles user.Roles, applications ...user.ApplicationID) {
		t.Helper()
		must(host.Create(ctx, roster.CreateParams{User: user.User{
			Identity: user.Identity{Login: login}, Contact: user.Contact{Email: email},
			Access: user.Access{Granted: roles, Applications: user.IDSetOf(applications...)},
		}}))
	}
	create("olga", "olga@example.com", user.RolesOf(user.Owner))
	create("anna", "desk@example.com", user.RolesOf(user.Agent), 1)
	create("ben", "desk@example.com", user.RolesOf(user.Agent), 1, 2)
	create("cleo", "cleo@example.com", user.RolesOf(user.Agent))
	must(host.Fund(ctx, roster.FundParams{Amount: money("100.00")}))

	now = today
	must(host.Transfer(ctx, roster.TransferParams{Users: []user.ID{2, 3}, Amount: money("5.00")}, roster.WithReason("bonus")))
	must(host.Transfer(ctx, roster.TransferParams{Users: []user.ID{2}, Amount: money("-1.25"), Key: "k"}))
	must(olga.SetRoles(ctx, 2, user.RolesOf(user.Agent, user.AgentManager), roster.WithReason("team lead")))
	must(host.SetStatus(ctx, 2, user.Online, 0))
	must(olga.LockStatus(ctx, 3, user.DND))
	must(host.Delete(ctx, 4))
}

// answers has the expected rows of each query, by the query's number.
var answers = map[string][]string{
	"1": {"2 | anna | ONLINE"},
	"2": {"DND | 1", "OFFLINE | 1", "ONLINE | 1"},
	"3": {
		"TIME | money.transferred |  |  | bonus",
		"TIME | money.transferred |  | 2 | ",
		"TIME | user.updated | 1 | 2 | team lead",
		"TIME | user.status_changed |  | 2 | ",
		"TIME | user.status_locked | 1 | 3 | ",
		"TIME | user.deleted |  | 4 | ",
	},
	"4": {
		`TIME | user.updated | 1 | granted | ["agent"] | ["agent","agent_manager"]`,
		`TIME | user.updated | 1 | roles | ["agent"] | ["agent","agent_manager"]`,
		"TIME | user.status_changed |  | status | OFFLINE | ONLINE",
	},
	"5":  {"TIME | 1 | anna"},
	"6":  {"1 | bank | 2 | 87500", "2 | shop | 1 | 50000"},
	"7":  {"acme | 1000000 | 1000000"},
	"8":  {"3 | TIME | transferring | -1.2500 | 3.7500 |  | ", "2 | TIME | transferring | 5.0000 | 5.0000 |  | bonus"},
	"9":  {" | funding | 1 | -1000000", " | transferring | 3 | 87500"},
	"10": {"desk@example.com | 2 | anna", "desk@example.com | 3 | ben"},
	"11": {"4 | cleo | TIME | TIME"},
	"12": {"ben | DND | olga"},
}
