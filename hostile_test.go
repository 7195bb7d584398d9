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

// TestHostileTextsAreRefusedByName checks that every call refuses such a text with the path of the
// argument, and writes nothing. The profile Documented refuses at least a text that is not valid
// UTF-8 or has a NUL. No rule limits the texts that a call only searches for (sought), but such a
// text does not reach the storage.
func TestHostileTextsAreRefusedByName(t *testing.T) {
	for _, profile := range []validate.Profile{validate.Strict, validate.Documented} {
		w := newWorld(t, memstore.New(), roster.WithValidation(validate.Documented))
		h, c := w.host, w.ctx
		if profile == validate.Strict {
			h = h.WithValidation(profile)
		}
		type (
			why   = roster.CallOption
			stat  = user.Statistic
			skill = user.Reference
			money = roster.TransferParams
			fund  = roster.FundParams
			back  = roster.ReverseParams
		)
		because := func(s string) why { return roster.WithReason(s).(why) }
		query := func(q storage.Query) error { return second(h.List(c, roster.ListParams{Query: q})) }
		adds := func(s stat) error { return second(h.AddStatistic(c, agent, s)) }
		puts := func(r skill) error {
			r.Kind = user.ReferenceSkill
			return second(h.PutReference(c, r))
		}
		pays := func(p money, o ...roster.CommonOption) error {
			p.Users, p.Amount = []user.ID{agent}, usd("1")
			return second(h.Transfer(c, p, o...))
		}
		funds := func(p fund) error {
			p.Amount = usd("1")
			return second(h.Fund(c, p))
		}
		reverses := func(p back) error {
			p.TransferID = 2
			return second(h.Reverse(c, p))
		}
		for _, tt := range []struct {
			path   string
			sought bool
			do     func(s string) error
		}{
			{"/reason", false, func(s string) error { return second(h.Disable(c, agent, because(s))) }},
			{"/reason", false, func(s string) error { return pays(money{}, roster.WithReason(s)) }},
			{"/channel", false, func(s string) error { return second(h.Reserve(c, agent, s)) }},
			{"/channel", false, func(s string) error { return second(h.Release(c, agent, s)) }},
			{"/tab", false, func(s string) error { return second(h.RefreshTab(c, s)) }},
			{"/preferences/statistics/name", false, func(s string) error { return adds(stat{Name: s}) }},
			{"/preferences/statistics/option", false, func(s string) error { return adds(stat{Name: "a", Option: s}) }},
			{"/preferences/statistics/name", false, func(s string) error {
				return second(h.DeleteStatistic(c, agent, stat{Name: s}))
			}},
			{"/preferences/statistics/secondary", false, func(s string) error {
				return second(h.WatchStatistic(c, agent, stat{Name: "a", Secondary: s}, true))
			}},
			{"/preferences/campaigns/name", false, func(s string) error {
				return second(h.SetCampaign(c, agent, user.Campaign{Name: s}))
			}},
			{"/text", false, func(s string) error { return query(storage.Query{Text: s}) }},
			{"/loginPart", false, func(s string) error { return query(storage.Query{LoginPart: s}) }},
			{"/displayPart", false, func(s string) error { return query(storage.Query{DisplayPart: s}) }},
			{"/applicationName", false, func(s string) error { return second(h.List(c, roster.ListParams{ApplicationName: s})) }},
			{"/cursor", false, func(s string) error { return second(h.List(c, roster.ListParams{Cursor: s})) }},
			{"/text", false, func(s string) error { return second(h.Find(c, user.KeyEmail, s)) }},
			{"/name", false, func(s string) error { return second(h.UpdateAccount(c, user.Account{Currency: "USD", Name: s})) }},
			{"/currency", false, func(s string) error { return second(h.UpdateAccount(c, user.Account{Currency: s})) }},
			{"/name", false, func(s string) error { return puts(skill{Name: s}) }},
			{"/description", false, func(s string) error { return puts(skill{Name: "x", Description: s}) }},
			{"/key", false, func(s string) error { return pays(money{Key: s}) }},
			{"/userDescription", false, func(s string) error { return pays(money{UserDescription: s}) }},
			{"/key", false, func(s string) error { return funds(fund{Key: s}) }},
			{"/accountDescription", false, func(s string) error { return funds(fund{AccountDescription: s}) }},
			{"/key", false, func(s string) error { return reverses(back{Key: s}) }},
			{"/userDescription", false, func(s string) error { return reverses(back{UserDescription: s}) }},
			{"/accountDescription", false, func(s string) error { return reverses(back{AccountDescription: s}) }},

			{"/text", true, func(s string) error { return second(h.Find(c, user.KeyPID, s)) }},
			{"/name", true, func(s string) error { return second(h.ReferenceByName(c, user.ReferenceSkill, s)) }},
			{"/key", true, func(s string) error { return query(storage.Query{Key: user.Key{Kind: user.KeyPID, Value: s}}) }},
			{"/key", true, func(s string) error {
				l := roster.ListParams{Query: storage.Query{Key: user.Key{Kind: user.KeyLogin, Value: s}}}
				return second(h.DeleteAll(c, l, nil))
			}},
			{"/after", true, func(s string) error {
				return query(storage.Query{Order: storage.OrderByLogin, After: &storage.Position{Key: s}})
			}},
			{"/cursor", true, func(s string) error {
				cursor := base64.RawURLEncoding.EncodeToString(append([]byte{1, byte(storage.OrderByLogin) << 1, 7}, s...))
				return second(h.List(c, roster.ListParams{Query: storage.Query{Order: storage.OrderByLogin}, Cursor: cursor}))
			}},
		} {
			w.unchanged(tt.path, func() {
				for what, s := range hostile {
					storable := validate.IsStorable(s)
					if storable && (tt.sought || profile == validate.Documented) {
						continue
					}
					err := tt.do(s)
					if got := field(err); got != tt.path {
						t.Errorf("%s with %s: error %.200v names %q", tt.path, what, err, got)
					}
					if err != nil && strings.Contains(err.Error(), s) {
						t.Errorf("%s with %s: the error repeats it", tt.path, what)
					}
				}
			})
		}
		_, err := w.dir.SignIn(c, "acme", "a\x00b", oldPhrase)
		w.is(err, roster.ErrCredentials, "a text that no login can be")
	}
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
				present := must(p.Apply(w.user(agent), user.Facts{})).After
				unsaved := must(p.Apply(user.User{Identity: user.Identity{Login: "new"}}, user.Facts{})).After
				for _, call := range []struct {
					name, prefix string
					err          error
				}{
					{"Patch", "", second(w.host.Patch(w.ctx, agent, p))},
					{"Edit", "/1", second(w.host.Edit(w.ctx, []roster.Edit{{ID: boss}, {ID: agent, Patch: p}}))},
					{"Replace", "", second(w.host.Replace(w.ctx, agent, present, 0))},
					{"CreateMany", "/0", second(w.host.CreateMany(w.ctx, []roster.CreateParams{{User: unsaved}}))},
				} {
					if field(call.err) != call.prefix+path {
						t.Errorf("%s, %s with %s: %.200v", call.name, path, what, call.err)
					}
				}
			})
		}
	}
	if texts != 20*len(hostile) {
		t.Errorf("%d texts were tried: Patch has others than this test knows", texts)
	}
}

// TestHostileNumbersAreRefused checks that numbers out of range and lists that are too long are
// refused, and that nothing is written.
func TestHostileNumbersAreRefused(t *testing.T) {
	w := newWorld(t, memstore.New())
	h, c := w.host, w.ctx
	many, huge := make([]user.ID, storage.MaxPage+1), make([]user.ID, balance.MaxPayees+1)
	for i := range many {
		many[i] = user.ID(i + 1)
	}
	count := func(q storage.Query) error { return second(h.Count(c, roster.ListParams{Query: q})) }
	pay := func(p roster.TransferParams) error {
		p.Amount = usd("1")
		return second(h.Transfer(c, p))
	}
	noRole := user.RolesOf("No Role")
	w.unchanged("hostile numbers", func() {
		for _, tt := range []struct {
			name string
			err  error
			want error
		}{
			{"limit", second(h.List(c, page(-1))), validate.ErrInvalid},
			{"limit", second(h.List(c, page(storage.MaxPage+1))), validate.ErrInvalid},
			{"offset", second(h.List(c, roster.ListParams{Query: storage.Query{Offset: -1}})), validate.ErrInvalid},
			{"order", second(h.List(c, roster.ListParams{Query: storage.Query{Order: 99}})), validate.ErrInvalid},
			{"roles", problemAt("/roles", count(storage.Query{Roles: user.AllRoles()})), validate.ErrInvalid},
			{"roles", problemAt("/roles", count(storage.Query{Roles: noRole})), validate.ErrInvalid},
			{"ids", count(storage.Query{IDs: make([]user.ID, user.MaxIDs+1)}), validate.ErrInvalid},
			{"kind of key", second(h.Find(c, 99, "agent")), validate.ErrInvalid},
			{"status", second(h.SetStatus(c, agent, 99, 0)), validate.ErrInvalid},
			{"status", second(h.LockStatus(c, agent, 99)), validate.ErrInvalid},
			{"call", second(h.SetStatus(c, agent, user.DND, -1)), validate.ErrInvalid},
			{"view", second(h.SetView(c, agent, 0, true)), validate.ErrInvalid},
			{"roles", second(h.SetRoles(c, agent, noRole)), validate.ErrInvalid},
			{"id", second(h.Create(c, withID(-1))), validate.ErrInvalid},
			{"id", second(h.Create(c, withID(1<<63-1))), validate.ErrInvalid},
			{"id of reference data",
				second(h.PutReference(c, user.Reference{Kind: user.ReferenceSkill, ID: 1<<63 - 1, Name: "x"})), validate.ErrInvalid},
			{"kind of reference data", second(h.PutReference(c, user.Reference{Kind: 99, Name: "x"})), validate.ErrInvalid},
			{"references", second(h.References(c, user.ReferenceSkill, 0, -1)), storage.ErrInvalid},
			{"changes", second(h.Changes(c, storage.ChangeQuery{Limit: storage.MaxPage + 1})), storage.ErrInvalid},
			{"statement", second(h.Statement(c, balance.Account, storage.EntryID{}, -1)), storage.ErrInvalid},
			{"too many to get", second(h.GetMany(c, many...)), storage.ErrInvalid},
			{"too many to create", second(h.CreateMany(c, make([]roster.CreateParams, len(many)))), storage.ErrInvalid},
			{"too many to edit", second(h.Edit(c, make([]roster.Edit, len(many)))), storage.ErrInvalid},
			{"too many to delete", second(h.DeleteMany(c, huge)), storage.ErrInvalid},
			{"too many balances", second(h.Balances(c, many...)), storage.ErrInvalid},
			{"too many payees", pay(roster.TransferParams{Users: huge}), balance.ErrTooManyPayees},
			{"edited twice", second(h.Edit(c, []roster.Edit{{ID: agent}, {ID: agent}})), validate.ErrInvalid},
			{"deleted twice", second(h.DeleteMany(c, []user.ID{agent, boss, agent})), validate.ErrInvalid},
			{"all and some", pay(roster.TransferParams{All: true, Users: []user.ID{agent}}), validate.ErrInvalid},
			{"an application of some", pay(roster.TransferParams{Users: []user.ID{agent}, Application: 3}), validate.ErrInvalid},
			{"another account", second(h.UpdateAccount(c, user.Account{ID: "globex", Currency: "USD"})), validate.ErrInvalid},
			{"the balance of user -1", second(h.Balances(c, -1)), storage.ErrNotFound},
			{"the world's statement", second(h.Statement(c, balance.HolderOf(-9), storage.EntryID{}, 0)), nil},
			{"a payee with the account's number", pay(roster.TransferParams{Users: []user.ID{0}}), storage.ErrNotFound},
			{"a payee with the world's number", pay(roster.TransferParams{Users: []user.ID{-1}}), storage.ErrNotFound},
		} {
			w.is(tt.err, tt.want, tt.name)
		}
	})
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
	statistics, campaigns := make([]user.Statistic, user.MaxListed), make([]user.Campaign, user.MaxListed)
	for i := range user.MaxListed {
		statistics[i] = user.Statistic{Name: "s", Option: fmt.Sprint("o", i)}
		campaigns[i].Name = fmt.Sprint("c", i)
	}
	full := user.Patch{Statistics: user.Set(user.ListOf(statistics...)), Campaigns: user.Set(user.ListOf(campaigns...))}
	w.ok(second(w.host.Patch(w.ctx, agent, full)))
	w.unchanged("one more", func() {
		w.is(second(w.host.AddStatistic(w.ctx, agent, user.Statistic{Name: "more"})), validate.ErrInvalid, "statistics")
		w.is(second(w.host.SetCampaign(w.ctx, agent, user.Campaign{Name: "more"})), validate.ErrInvalid, "campaigns")
	})
}

// problemAt returns err if its only problem is at the path.
func problemAt(path string, err error) error {
	var invalid *validate.Error
	if !errors.As(err, &invalid) || len(invalid.Problems) != 1 || invalid.Problems[0].Path != path {
		return fmt.Errorf("no problem at %s alone: %v", path, err)
	}
	return err
}

// TestChosenIDsStayBelow2To53 checks that only the system actor can choose an id of 2^53 or more,
// whose digits JavaScript would lose.
func TestChosenIDsStayBelow2To53(t *testing.T) {
	const first = 1 << 53
	each(t, func(t *testing.T, w *world) {
		owner := w.as(boss)
		patch := func(p user.Patch) error { return second(owner.Patch(w.ctx, agent, p)) }
		device := withID(0)
		device.User.Access.Devices = user.IDSetOf[user.DeviceID](first)
		ref, groups := user.Reference{Kind: user.ReferenceSkill, ID: first, Name: "Frisian"}, user.IDSetOf[user.PermissionGroupID](first)
		w.unchanged("ids that are too great", func() {
			for _, tt := range []struct {
				path string
				err  error
			}{
				{"/id", second(owner.Create(w.ctx, withID(first)))},
				{"/0/id", second(owner.CreateMany(w.ctx, []roster.CreateParams{withID(first)}))},
				{"/access/devices/0", second(owner.Create(w.ctx, device))},
				{"/id", second(owner.PutReference(w.ctx, ref))},
				{"/capacity/memberOf", patch(user.Patch{MemberOf: user.Set[user.GroupID](first)})},
				{"/capacity/queues/1", patch(user.Patch{Queues: user.Set(user.IDSetOf[user.QueueID](1, first))})},
				{"/access/permissionGroups/0", patch(user.Patch{PermissionGroups: user.Set(groups)})},
				{"/preferences/views/0", second(owner.SetView(w.ctx, agent, first, true))}, // the place among those named
				{"/presence/callId", second(owner.SetStatus(w.ctx, agent, user.Ready, first))},
			} {
				w.invalid(tt.err, tt.path+" "+string(validate.OutOfRange))
			}
		})
		w.ok(second(owner.Create(w.ctx, withID(first-1))))
		w.ok(second(owner.SetStatus(w.ctx, agent, user.Ready, first-1)))
		w.ok(second(w.host.SetStatus(w.ctx, agent, user.Ready, 1<<63-1)))
		far := user.User{ID: first, Identity: user.Identity{Login: "far"}}
		w.ok(second(w.host.Create(w.ctx, roster.CreateParams{User: far})))
		w.ok(second(w.host.PutReference(w.ctx, ref)))
		ref.Description = "the host chose the id"
		w.ok(second(owner.PutReference(w.ctx, ref)))
		w.ok(patch(user.Patch{Skills: user.Set(user.IDSetOf[user.SkillID](first))}))
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{Queues: user.Set(user.IDSetOf[user.QueueID](first))})))
		w.ok(patch(user.Patch{Queues: user.Set(user.IDSetOf[user.QueueID](1, first))}))
	})
}
