package roster_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// hostile are texts that no attribute accepts.
var hostile = map[string]string{
	"a mebibyte": strings.Repeat("x", 1<<20), "NUL": "a\x00b", "invalid UTF-8": "a\xffb", "a control character": "a\x1bb",
}

// TestHostileTextsAreRefusedByName checks that every call refuses such a text with the path of
// the argument, and writes nothing.
func TestHostileTextsAreRefusedByName(t *testing.T) {
	hostileTextsAreRefused(t, validate.Strict, hostile)
}

// TestNoProfileTakesWhatNoStorageKeeps checks that every profile refuses a text that is not valid
// UTF-8 or has a NUL.
func TestNoProfileTakesWhatNoStorageKeeps(t *testing.T) {
	hostileTextsAreRefused(t, validate.Documented, map[string]string{"NUL": "a\x00b", "invalid UTF-8": "a\xffb"})
}

func hostileTextsAreRefused(t *testing.T, profile validate.Profile, hostile map[string]string) {
	t.Helper()
	w := newWorld(t, memstore.New())
	w.host = w.host.WithValidation(profile)
	for _, tt := range []struct {
		path string
		do   func(s string) error
	}{
		{"/reason", func(s string) error { return second(w.host.Disable(w.ctx, agent, roster.WithReason(s))) }},
		{"/channel", func(s string) error { return second(w.host.Reserve(w.ctx, agent, s)) }},
		{"/channel", func(s string) error { return second(w.host.Release(w.ctx, agent, s)) }},
		{"/tab", func(s string) error { return second(w.host.RefreshTab(w.ctx, s)) }},
		{"/preferences/statistics/name", func(s string) error { return second(w.host.AddStatistic(w.ctx, agent, user.Statistic{Name: s})) }},
		{"/preferences/statistics/name", func(s string) error {
			return second(w.host.DeleteStatistic(w.ctx, agent, user.Statistic{Name: s}))
		}},
		{"/preferences/campaigns/name", func(s string) error { return second(w.host.SetCampaign(w.ctx, agent, user.Campaign{Name: s})) }},
		{"/text", func(s string) error {
			return second(w.host.List(w.ctx, roster.ListParams{Query: storage.Query{Text: s}}))
		}},
		{"/loginPart", func(s string) error {
			return second(w.host.Count(w.ctx, roster.ListParams{Query: storage.Query{LoginPart: s}}))
		}},
		{"/displayPart", func(s string) error {
			return second(first(w.host.All(w.ctx, roster.ListParams{Query: storage.Query{DisplayPart: s}})))
		}},
		{"/applicationName", func(s string) error { return second(w.host.List(w.ctx, roster.ListParams{ApplicationName: s})) }},
		{"/cursor", func(s string) error { return second(w.host.List(w.ctx, roster.ListParams{Cursor: s})) }},
		{"/text", func(s string) error { return second(w.host.Find(w.ctx, user.KeyLogin, s)) }},
		{"/text", func(s string) error { return second(w.host.Find(w.ctx, user.KeyEmail, s)) }},
		{"/text", func(s string) error { return second(w.host.Find(w.ctx, user.KeyPhone, s)) }},
		{"/reason", func(s string) error {
			return second(w.host.Create(w.ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "new"}}}, roster.WithReason(s)))
		}},
		{"/reason", func(s string) error { return second(w.host.Delete(w.ctx, agent, roster.WithReason(s))) }},
		{"/reason", func(s string) error {
			return second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("1")}, roster.WithReason(s)))
		}},
		{"/preferences/statistics/option", func(s string) error {
			return second(w.host.AddStatistic(w.ctx, agent, user.Statistic{Name: "a", Option: s}))
		}},
		{"/preferences/statistics/secondary", func(s string) error {
			return second(w.host.WatchStatistic(w.ctx, agent, user.Statistic{Name: "a", Secondary: s}, true))
		}},
		{"/preferences/statistics/0/name", func(s string) error {
			return second(w.host.Patch(w.ctx, agent, user.Patch{Statistics: user.Set(user.ListOf(user.Statistic{Name: s}))}))
		}},
		{"/preferences/campaigns/0/name", func(s string) error {
			return second(w.host.Patch(w.ctx, agent, user.Patch{Campaigns: user.Set(user.ListOf(user.Campaign{Name: s}))}))
		}},
		{"/text", func(s string) error { return second(w.host.Find(w.ctx, user.KeyFullName, s)) }},
		{"/description", func(s string) error {
			return second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceSkill, Name: "x", Description: s}))
		}},
		{"/properties/0/name", func(s string) error {
			return second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceSkill, Name: "x", Properties: user.ListOf(user.Property{Name: s})}))
		}},
		{"/properties/0/value", func(s string) error {
			return second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceSkill, Name: "x", Properties: user.ListOf(user.Property{Name: "a", Value: s})}))
		}},
		{"/key", func(s string) error {
			return second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("1"), Key: s}))
		}},
		{"/userDescription", func(s string) error {
			return second(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 2, UserDescription: s}))
		}},
		{"/name", func(s string) error {
			return second(w.host.UpdateAccount(w.ctx, user.Account{Currency: "USD", Name: s}))
		}},
		{"/currency", func(s string) error { return second(w.host.UpdateAccount(w.ctx, user.Account{Currency: s})) }},
		{"/name", func(s string) error {
			return second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceSkill, Name: s}))
		}},
		{"/accountDescription", func(s string) error {
			return second(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("1"), AccountDescription: s}))
		}},
		{"/key", func(s string) error {
			return second(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("1"), Key: s}))
		}},
		{"/userDescription", func(s string) error {
			return second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("1"), UserDescription: s}))
		}},
		{"/accountDescription", func(s string) error {
			return second(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 2, AccountDescription: s}))
		}},
		{"/key", func(s string) error {
			return second(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 2, Key: s}))
		}},
	} {
		for what, s := range hostile {
			w.unchanged(tt.path, func() {
				err := tt.do(s)
				if got := field(err); got != tt.path {
					t.Errorf("%s with %s: error %.200v names %q", tt.path, what, err, got)
				}
				if err != nil && strings.Contains(err.Error(), s) {
					t.Errorf("%s with %s: the error repeats it", tt.path, what)
				}
			})
		}
	}
}

// TestTextsThatAreLookedForAreStorable checks texts that a call only searches for and that no
// rule limits. If they are not valid UTF-8 or have a NUL, they do not reach the storage.
func TestTextsThatAreLookedForAreStorable(t *testing.T) {
	w := newWorld(t, memstore.New())
	for _, tt := range []struct {
		path string
		do   func(s string) error
	}{
		{"/text", func(s string) error { return second(w.host.Find(w.ctx, user.KeyPID, s)) }},
		{"/text", func(s string) error { return second(w.host.Find(w.ctx, user.KeyEmployeeID, s)) }},
		{"/name", func(s string) error { return second(w.host.ReferenceByName(w.ctx, user.ReferenceSkill, s)) }},
		{"/key", func(s string) error {
			return second(w.host.List(w.ctx, roster.ListParams{Query: storage.Query{Key: user.Key{Kind: user.KeyPID, Value: s}}}))
		}},
		{"/key", func(s string) error {
			return second(w.host.DeleteAll(w.ctx, roster.ListParams{Query: storage.Query{Key: user.Key{Kind: user.KeyLogin, Value: s}}}, nil))
		}},
		{"/after", func(s string) error {
			return second(w.host.Count(w.ctx, roster.ListParams{Query: storage.Query{Order: storage.OrderByLogin, After: &storage.Position{Key: s}}}))
		}},
		{"/cursor", func(s string) error {
			cursor := base64.RawURLEncoding.EncodeToString(append([]byte{1, byte(storage.OrderByLogin) << 1, 7}, s...))
			return second(w.host.List(w.ctx, roster.ListParams{Query: storage.Query{Order: storage.OrderByLogin}, Cursor: cursor}))
		}},
	} {
		for _, s := range []string{"a\x00b", "a\xffb"} {
			w.unchanged(tt.path, func() {
				if err := tt.do(s); field(err) != tt.path {
					t.Errorf("%q: %v, want an error at %s", s, err, tt.path)
				}
			})
		}
	}
	_, err := w.dir.SignIn(w.ctx, "acme", "a\x00b", oldPhrase)
	w.is(err, roster.ErrCredentials, "a text that no login can be")
}

// field returns the path of the first problem of an error.
func field(err error) string {
	var invalid *validate.Error
	var text *balance.TextError
	switch {
	case errors.As(err, &invalid):
		return invalid.Problems[0].Path
	case errors.As(err, &text):
		return text.Field
	}
	return ""
}

// hasProblem reports whether an error has a problem with a code.
func hasProblem(err error, code validate.Code) bool {
	var p validate.Problem
	return errors.As(err, &p) && p.Code == code
}

// TestHostileAttributesAreRefusedByName checks every text attribute of a user in Patch, Edit,
// Replace and Create.
func TestHostileAttributesAreRefusedByName(t *testing.T) {
	w := newWorld(t, memstore.New())
	texts := 0
	for i := range reflect.TypeFor[user.Patch]().NumField() {
		for what, s := range hostile {
			var p user.Patch
			f, ok := reflect.ValueOf(&p).Elem().Field(i).Addr().Interface().(*user.Field[string])
			if !ok {
				continue
			}
			*f = user.Set(s)
			texts++
			path := ""
			for a := range p.Attributes().All() {
				path = a.Path()
			}
			w.unchanged(path, func() {
				_, err := w.host.Patch(w.ctx, agent, p)
				if field(err) != path {
					t.Errorf("Patch, %s with %s: %.200v", path, what, err)
				}
				_, err = w.host.Edit(w.ctx, []roster.Edit{{ID: boss}, {ID: agent, Patch: p}})
				if field(err) != "/1"+path {
					t.Errorf("Edit, %s with %s: %.200v", path, what, err)
				}
				out, err := p.Apply(w.user(agent), user.Facts{})
				w.ok(err)
				_, err = w.host.Replace(w.ctx, agent, out.After, 0)
				if field(err) != path {
					t.Errorf("Replace, %s with %s: %.200v", path, what, err)
				}
				outcome, err := p.Apply(user.User{Identity: user.Identity{Login: "fresh"}}, user.Facts{})
				w.ok(err)
				_, err = w.host.CreateMany(w.ctx, []roster.CreateParams{{User: outcome.After}})
				if field(err) != "/0"+path {
					t.Errorf("CreateMany, %s with %s: %.200v", path, what, err)
				}
			})
		}
	}
	if texts != 20*len(hostile) {
		t.Errorf("%d texts were tried: Patch has others than this test knows", texts)
	}
}

// TestHostileNumbersAreRefused checks that numbers out of range and lists that are too long are
// refused before the storage is read.
func TestHostileNumbersAreRefused(t *testing.T) {
	w := newWorld(t, memstore.New())
	many := make([]user.ID, storage.MaxPage+1)
	for i := range many {
		many[i] = user.ID(i + 1)
	}
	huge := make([]user.ID, balance.MaxPayees+1)
	for _, tt := range []struct {
		name string
		do   func() error
		want error
	}{
		{"limit", func() error { return second(w.host.List(w.ctx, page(-1))) }, validate.ErrInvalid},
		{"limit", func() error { return second(w.host.List(w.ctx, page(storage.MaxPage+1))) }, validate.ErrInvalid},
		{"offset", func() error {
			return second(w.host.List(w.ctx, roster.ListParams{Query: storage.Query{Offset: -1}}))
		}, validate.ErrInvalid},
		{"order", func() error {
			return second(w.host.List(w.ctx, roster.ListParams{Query: storage.Query{Order: 99}}))
		}, validate.ErrInvalid},
		{"roles", func() error {
			_, err := w.host.Count(w.ctx, roster.ListParams{Query: storage.Query{Roles: user.AllRoles()}})
			return problemAt("/roles", err)
		}, validate.ErrInvalid},
		{"roles", func() error {
			_, err := w.host.Count(w.ctx, roster.ListParams{Query: storage.Query{Roles: user.RolesOf("No Role")}})
			return problemAt("/roles", err)
		}, validate.ErrInvalid},
		{"ids", func() error { return second(w.host.Count(w.ctx, list(make([]user.ID, user.MaxIDs+1)))) }, validate.ErrInvalid},
		{"kind of key", func() error { return second(w.host.Find(w.ctx, 99, "agent")) }, validate.ErrInvalid},
		{"status", func() error { return second(w.host.SetStatus(w.ctx, agent, 99, 0)) }, validate.ErrInvalid},
		{"status", func() error { return second(w.host.LockStatus(w.ctx, agent, 99)) }, validate.ErrInvalid},
		{"call", func() error { return second(w.host.SetStatus(w.ctx, agent, user.DND, -1)) }, validate.ErrInvalid},
		{"view", func() error { return second(w.host.SetView(w.ctx, agent, 0, true)) }, validate.ErrInvalid},
		{"roles", func() error { return second(w.host.SetRoles(w.ctx, agent, user.RolesOf("No Role"))) }, validate.ErrInvalid},
		{"id", func() error { return second(w.host.Create(w.ctx, withID(-1))) }, validate.ErrInvalid},
		{"id", func() error { return second(w.host.Create(w.ctx, withID(1<<63-1))) }, validate.ErrInvalid},
		{"id of reference data", func() error {
			return second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceSkill, ID: 1<<63 - 1, Name: "x"}))
		}, validate.ErrInvalid},
		{"kind of reference data", func() error { return second(w.host.PutReference(w.ctx, user.Reference{Kind: 99, Name: "x"})) }, validate.ErrInvalid},
		{"references", func() error { return second(w.host.References(w.ctx, user.ReferenceSkill, 0, -1)) }, storage.ErrInvalid},
		{"changes", func() error {
			return second(w.host.Changes(w.ctx, storage.ChangeQuery{Limit: storage.MaxPage + 1}))
		}, storage.ErrInvalid},
		{"statement", func() error { return second(w.host.Statement(w.ctx, balance.Account, storage.EntryID{}, -1)) }, storage.ErrInvalid},
		{"too many to get", func() error { return second(w.host.GetMany(w.ctx, many...)) }, storage.ErrInvalid},
		{"too many to create", func() error { return second(w.host.CreateMany(w.ctx, make([]roster.CreateParams, len(many)))) }, storage.ErrInvalid},
		{"too many to edit", func() error { return second(w.host.Edit(w.ctx, make([]roster.Edit, len(many)))) }, storage.ErrInvalid},
		{"too many to delete", func() error { return second(w.host.DeleteMany(w.ctx, huge)) }, storage.ErrInvalid},
		{"too many balances", func() error { return second(w.host.Balances(w.ctx, many...)) }, storage.ErrInvalid},
		{"too many payees", func() error {
			return second(w.host.Transfer(w.ctx, roster.TransferParams{Users: huge, Amount: usd("1")}))
		}, balance.ErrTooManyPayees},
		{"edited twice", func() error { return second(w.host.Edit(w.ctx, []roster.Edit{{ID: agent}, {ID: agent}})) }, validate.ErrInvalid},
		{"deleted twice", func() error { return second(w.host.DeleteMany(w.ctx, []user.ID{agent, boss, agent})) }, validate.ErrInvalid},
		{"all and some", func() error {
			return second(w.host.Transfer(w.ctx, roster.TransferParams{All: true, Users: []user.ID{agent}, Amount: usd("1")}))
		}, validate.ErrInvalid},
		{"an application of some", func() error {
			return second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Application: 3, Amount: usd("1")}))
		}, validate.ErrInvalid},
		{"another account", func() error {
			return second(w.host.UpdateAccount(w.ctx, user.Account{ID: "globex", Currency: "USD"}))
		}, validate.ErrInvalid},
		{"the balance of user -1", func() error { return second(w.host.Balances(w.ctx, -1)) }, storage.ErrNotFound},
		{"the world's statement", func() error {
			return second(w.host.Statement(w.ctx, balance.HolderOf(-9), storage.EntryID{}, 0))
		}, nil},
		{"a payee with the account's number", func() error {
			return second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{0}, Amount: usd("1")}))
		}, storage.ErrNotFound},
		{"a payee with the world's number", func() error {
			return second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{-1}, Amount: usd("1")}))
		}, storage.ErrNotFound},
	} {
		w.unchanged(tt.name, func() { w.is(tt.do(), tt.want, tt.name) })
	}
}

func withID(id user.ID) roster.CreateParams {
	return roster.CreateParams{User: user.User{ID: id, Identity: user.Identity{Login: "new"}}}
}

func page(limit int) (l roster.ListParams) {
	l.Limit = limit
	return l
}

// TestPreferencesAreBounded checks that calls which add one preference at a time have the same
// limit as a patch.
func TestPreferencesAreBounded(t *testing.T) {
	w := newWorld(t, memstore.New())
	var list []user.Statistic
	for i := range user.MaxListed {
		list = append(list, user.Statistic{Name: "s", Option: strings.Repeat("a", i%50) + strings.Repeat("b", i/50)})
	}
	campaigns := make([]user.Campaign, user.MaxListed)
	for i := range campaigns {
		campaigns[i].Name = strings.Repeat("a", i%50) + strings.Repeat("b", i/50+1)
	}
	w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{Statistics: user.Set(user.ListOf(list...)), Campaigns: user.Set(user.ListOf(campaigns...))})))
	w.unchanged("one more", func() {
		_, err := w.host.AddStatistic(w.ctx, agent, user.Statistic{Name: "more"})
		w.is(err, validate.ErrInvalid, "statistics")
		_, err = w.host.SetCampaign(w.ctx, agent, user.Campaign{Name: "more"})
		w.is(err, validate.ErrInvalid, "campaigns")
	})
}

// TestNilOptions checks that nil options leave the defaults, except that a nil policy denies.
func TestNilOptions(t *testing.T) {
	dir := roster.New(memstore.New(), nil, roster.WithClock(nil), roster.WithHasher(nil), roster.WithPasswordPolicy(nil), roster.WithRates(nil),
		roster.WithTransitions(nil), roster.WithValidation(validate.Strict))
	w := empty(t, memstore.New())
	host := dir.As("acme", roster.SystemActor()).WithPasswordPolicy(nil)
	w.ok(second(host.CreateAccount(w.ctx, user.Account{Currency: "USD"}, nil)))
	w.ok(second(host.Create(w.ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}, Password: newPhrase})))
	_, err := roster.New(memstore.New(), roster.WithAuthorizer(nil)).As("acme", roster.SystemActor()).CreateAccount(w.ctx, user.Account{Currency: "USD"})
	if rule(err) != "no-authorizer" {
		t.Errorf("without a policy: %v", err)
	}
}

// problemAt returns err if its only problem is at the path.
func problemAt(path string, err error) error {
	var invalid *validate.Error
	if !errors.As(err, &invalid) || len(invalid.Problems) != 1 || invalid.Problems[0].Path != path {
		return fmt.Errorf("no problem at %s alone: %v", path, err)
	}
	return err
}
