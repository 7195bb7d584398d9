package roster_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"slices"
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
	w := newWorld(t, memstore.New(), roster.WithValidation(validate.Documented))
	c, pay := w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("1")}
	query := func(h roster.Handle, q storage.Query) error { return second(h.List(c, roster.ListParams{Query: q})) }
	skill := func(h roster.Handle, name, description string) error {
		return second(h.PutReference(c, user.Reference{Kind: user.ReferenceSkill, Name: name, Description: description}))
	}
	type h = roster.Handle
	for _, tt := range []struct {
		path   string
		sought bool
		do     func(h h, s string) error
	}{
		{"/reason", false, func(h h, s string) error { return second(h.Disable(c, agent, roster.WithReason(s))) }},
		{"/reason", false, func(h h, s string) error { return second(h.Transfer(c, pay, roster.WithReason(s))) }},
		{"/channel", false, func(h h, s string) error { return second(h.Reserve(c, agent, s)) }},
		{"/channel", false, func(h h, s string) error { return second(h.Release(c, agent, s)) }},
		{"/tab", false, func(h h, s string) error { return second(h.RefreshTab(c, s)) }},
		{"/preferences/statistics/name", false, func(h h, s string) error {
			return second(h.AddStatistic(c, agent, user.Statistic{Name: s}))
		}},
		{"/preferences/statistics/option", false, func(h h, s string) error {
			return second(h.AddStatistic(c, agent, user.Statistic{Name: "a", Option: s}))
		}},
		{"/preferences/statistics/name", false, func(h h, s string) error {
			return second(h.DeleteStatistic(c, agent, user.Statistic{Name: s}))
		}},
		{"/preferences/statistics/secondary", false, func(h h, s string) error {
			return second(h.WatchStatistic(c, agent, user.Statistic{Name: "a", Secondary: s}, true))
		}},
		{"/preferences/campaigns/name", false, func(h h, s string) error {
			return second(h.SetCampaign(c, agent, user.Campaign{Name: s}))
		}},
		{"/text", false, func(h h, s string) error { return query(h, storage.Query{Text: s}) }},
		{"/loginPart", false, func(h h, s string) error { return query(h, storage.Query{LoginPart: s}) }},
		{"/displayPart", false, func(h h, s string) error { return query(h, storage.Query{DisplayPart: s}) }},
		{"/applicationName", false, func(h h, s string) error {
			return second(h.List(c, roster.ListParams{ApplicationName: s}))
		}},
		{"/cursor", false, func(h h, s string) error { return second(h.List(c, roster.ListParams{Cursor: s})) }},
		{"/text", false, func(h h, s string) error { return second(h.Find(c, user.KeyEmail, s)) }},
		{"/name", false, func(h h, s string) error {
			return second(h.UpdateAccount(c, user.Account{Currency: "USD", Name: s}))
		}},
		{"/currency", false, func(h h, s string) error { return second(h.UpdateAccount(c, user.Account{Currency: s})) }},
		{"/name", false, func(h h, s string) error { return skill(h, s, "") }},
		{"/description", false, func(h h, s string) error { return skill(h, "x", s) }},
		{"/key", false, func(h h, s string) error {
			return second(h.Transfer(c, roster.TransferParams{Users: pay.Users, Amount: pay.Amount, Key: s}))
		}},
		{"/userDescription", false, func(h h, s string) error {
			return second(h.Transfer(c, roster.TransferParams{Users: pay.Users, Amount: pay.Amount, UserDescription: s}))
		}},
		{"/key", false, func(h h, s string) error { return second(h.Fund(c, roster.FundParams{Amount: pay.Amount, Key: s})) }},
		{"/accountDescription", false, func(h h, s string) error {
			return second(h.Fund(c, roster.FundParams{Amount: pay.Amount, AccountDescription: s}))
		}},
		{"/key", false, func(h h, s string) error { return second(h.Reverse(c, roster.ReverseParams{TransferID: 2, Key: s})) }},
		{"/userDescription", false, func(h h, s string) error {
			return second(h.Reverse(c, roster.ReverseParams{TransferID: 2, UserDescription: s}))
		}},
		{"/text", true, func(h h, s string) error { return second(h.Find(c, user.KeyPID, s)) }},
		{"/name", true, func(h h, s string) error { return second(h.ReferenceByName(c, user.ReferenceSkill, s)) }},
		{"/key", true, func(h h, s string) error { return query(h, storage.Query{Key: user.Key{Kind: user.KeyPID, Value: s}}) }},
		{"/key", true, func(h h, s string) error {
			l := roster.ListParams{Query: storage.Query{Key: user.Key{Kind: user.KeyLogin, Value: s}}}
			return second(h.DeleteAll(c, l, nil))
		}},
		{"/after", true, func(h h, s string) error {
			return query(h, storage.Query{Order: storage.OrderByLogin, After: &storage.Position{Key: s}})
		}},
		{"/cursor", true, func(h h, s string) error {
			cursor := base64.RawURLEncoding.EncodeToString(append([]byte{1, byte(storage.OrderByLogin) << 1, 7}, s...))
			return second(h.List(c, roster.ListParams{Query: storage.Query{Order: storage.OrderByLogin}, Cursor: cursor}))
		}},
	} {
		w.unchanged(tt.path, func() {
			for what, s := range hostile {
				for _, h := range []roster.Handle{w.host, w.host.WithValidation(validate.Strict)} {
					if validate.IsStorable(s) && (tt.sought || h == w.host) {
						continue
					}
					err := tt.do(h, s)
					if got := field(err); got != tt.path || strings.Contains(err.Error(), s) {
						t.Errorf("%s with %s: error %.200v names %q", tt.path, what, err, got)
					}
				}
			}
		})
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

func withID(id user.ID) roster.CreateParams {
	return roster.CreateParams{User: user.User{ID: id, Identity: user.Identity{Login: "new"}}}
}

func page(limit int) (l roster.ListParams) {
	l.Limit = limit
	return l
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
			path := slices.Collect(p.Attributes().All())[0].Path()
			w.unchanged(path, func() {
				present := must(p.Apply(w.user(agent), user.Facts{})).After
				unsaved := must(p.Apply(user.User{Identity: user.Identity{Login: "new"}}, user.Facts{})).After
				for path, err := range map[string]error{
					path:        second(w.host.Patch(w.ctx, agent, p)),
					"/1" + path: second(w.host.Edit(w.ctx, []roster.Edit{{ID: boss}, {ID: agent, Patch: p}})),
					"/0" + path: second(w.host.CreateMany(w.ctx, []roster.CreateParams{{User: unsaved}})),
				} {
					if field(err) != path {
						t.Errorf("%s with %s: %.200v", path, what, err)
					}
				}
				if err := second(w.host.Replace(w.ctx, agent, present, 0)); field(err) != path {
					t.Errorf("Replace of %s with %s: %.200v", path, what, err)
				}
			})
		}
	}
	if texts != 20*len(hostile) {
		t.Errorf("%d texts were tried: Patch has others than this test knows", texts)
	}
}

// TestHostileNumbersAreRefused checks that numbers out of range and lists that are too long are
// refused, and that nothing is written. Calls that add one preference have the limit of a patch.
func TestHostileNumbersAreRefused(t *testing.T) {
	w := newWorld(t, memstore.New())
	h, c := w.host, w.ctx
	many, huge := make([]user.ID, storage.MaxPage+1), make([]user.ID, balance.MaxPayees+1)
	for i := range many {
		many[i] = user.ID(i + 1)
	}
	statistics, campaigns := make([]user.Statistic, user.MaxListed), make([]user.Campaign, user.MaxListed)
	for i := range user.MaxListed {
		statistics[i] = user.Statistic{Name: "s", Option: fmt.Sprint("o", i)}
		campaigns[i].Name = fmt.Sprint("c", i)
	}
	full := user.Patch{Statistics: user.Set(user.ListOf(statistics...)), Campaigns: user.Set(user.ListOf(campaigns...))}
	w.ok(second(w.host.Patch(c, agent, full)))
	count := func(q storage.Query) error { return second(h.Count(c, roster.ListParams{Query: q})) }
	within := func(groups int, more ...user.Subset) storage.Query {
		return storage.Query{Within: append(more, user.Subset{Groups: make([]user.GroupID, groups)})}
	}
	pay := func(p roster.TransferParams) error {
		p.Amount = usd("1")
		return second(h.Transfer(c, p))
	}
	noRole := user.RolesOf("No Role")
	w.unchanged("hostile numbers", func() {
		for want, list := range map[error][]error{
			validate.ErrInvalid: {
				second(h.List(c, page(-1))),
				second(h.List(c, page(storage.MaxPage+1))),
				second(h.List(c, roster.ListParams{Query: storage.Query{Offset: -1}})),
				second(h.List(c, roster.ListParams{Query: storage.Query{Order: 99}})),
				problemAt("/roles", count(storage.Query{Roles: user.AllRoles()})),
				problemAt("/roles", count(storage.Query{Roles: noRole})),
				count(storage.Query{IDs: make([]user.ID, user.MaxIDs+1)}),
				problemAt("/within/1/groups", count(within(user.MaxIDs+1, user.Subset{}))),
				problemAt("/within", count(within(0, make([]user.Subset, 8)...))),
				second(h.Find(c, 99, "agent")),
				second(h.SetStatus(c, agent, 99, 0)),
				second(h.LockStatus(c, agent, 99)),
				second(h.SetStatus(c, agent, user.DND, -1)),
				second(h.SetView(c, agent, 0, true)),
				second(h.SetRoles(c, agent, noRole)),
				second(h.Create(c, withID(-1))),
				second(h.Create(c, withID(1<<63-1))),
				second(h.PutReference(c, user.Reference{Kind: user.ReferenceSkill, ID: 1<<63 - 1, Name: "x"})),
				second(h.PutReference(c, user.Reference{Kind: 99, Name: "x"})),
				second(h.Edit(c, []roster.Edit{{ID: agent}, {ID: agent}})),
				second(h.DeleteMany(c, []user.ID{agent, boss, agent})),
				second(h.AddStatistic(c, agent, user.Statistic{Name: "one more"})),
				second(h.SetCampaign(c, agent, user.Campaign{Name: "one more"})),
				pay(roster.TransferParams{All: true, Users: []user.ID{agent}}),
				pay(roster.TransferParams{Users: []user.ID{agent}, Application: 3}),
				second(h.UpdateAccount(c, user.Account{ID: "globex", Currency: "USD"})),
			},
			storage.ErrInvalid: {
				second(h.References(c, user.ReferenceSkill, 0, -1)),
				second(h.Changes(c, storage.ChangeQuery{Limit: storage.MaxPage + 1})),
				second(h.Statement(c, balance.Account, storage.EntryID{}, -1)),
				second(h.GetMany(c, many...)),
				second(h.CreateMany(c, make([]roster.CreateParams, len(many)))),
				second(h.Edit(c, make([]roster.Edit, len(many)))),
				second(h.DeleteMany(c, huge)),
				second(h.Balances(c, many...)),
			},
			balance.ErrTooManyPayees: {pay(roster.TransferParams{Users: huge})},
			storage.ErrNotFound: { // the numbers of the account and of the world are no users
				second(h.Balances(c, -1)), pay(roster.TransferParams{Users: []user.ID{0}}), pay(roster.TransferParams{Users: []user.ID{-1}}),
			},
			nil: {
				second(h.Statement(c, balance.HolderOf(-9), storage.EntryID{}, 0)),
				count(within(user.MaxIDs)), count(within(0, make([]user.Subset, 7)...)),
			},
		} {
			for i, err := range list {
				w.is(err, want, fmt.Sprint("call ", i))
			}
		}
	})
}
